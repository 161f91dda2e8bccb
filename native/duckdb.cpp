// With -fno-trapping-math gcc 12 keeps the running maxima of a fold in integer registers: ten million rows then take
// 31 ms, with this 15.
#pragma GCC optimize("trapping-math")

#include "duckdb.h"

#include <dlfcn.h>
#include <math.h>

#include <stdexcept>
#include <string>
#include <vector>

#include "../kernels/ops/ohlcv.h"
#include "duckdb_api.h"

namespace lq {
namespace {

using LQ_NS::BarRows;
using LQ_NS::Ohlcv;
using LQ_NS::TimeUnit;

constexpr int kCancelled = 3, kUnsupported = 4;  // beside Ohlcv::Status
constexpr int kValues = 7, kRequired = 5;
constexpr const char* kValueNames[kValues] = {"open", "high", "low", "close", "volume", "turnover", "vwap"};

DuckApi load(const char* library) {
  void* handle = dlopen(library, RTLD_NOW | RTLD_LOCAL);
  if (!handle) throw std::runtime_error(dlerror());
  DuckApi api;
#define LQ_DUCKDB_LOAD(type, name, parameters)                                     \
  api.name = reinterpret_cast<type(*) parameters>(dlsym(handle, "duckdb_" #name)); \
  if (!api.name) throw std::runtime_error("no function duckdb_" #name " in the library");
  LQ_DUCKDB(LQ_DUCKDB_LOAD)
#undef LQ_DUCKDB_LOAD
  return api;
}

void check(int state, const char* message) {
  if (state != 0) throw std::runtime_error(message ? message : "no message");
}

/** One single-threaded DuckDB, its running query and the chunk that is being folded. */
class Scan {
 public:
  Scan(const char* library, int memory_limit_mb) : api(load(library)) {
    DuckHandle config = nullptr;
    check(api.create_config(&config), "out of memory");
    api.set_config(config, "threads", "1");
    // Every block is read once: keeping them would only fill the memory, up to the limit.
    api.set_config(config, "enable_external_file_cache", "false");
    api.set_config(config, "memory_limit", (std::to_string(memory_limit_mb) + "MiB").c_str());
    char* error = nullptr;
    const int state = api.open_ext(nullptr, &database, config, &error);
    const std::string message = error ? error : "";
    if (error) api.free(error);
    api.destroy_config(&config);
    check(state, message.c_str());
    if (api.connect(database, &connection)) {
      close();
      throw std::runtime_error("no connection");
    }
  }
  Scan(const Scan&) = delete;
  ~Scan() { close(); }

  void close() {
    finish();
    if (connection) api.disconnect(&connection);
    if (database) api.close(&database);
  }

  void start(const char* sql) {
    finish();
    if (!connection) throw std::runtime_error("the scan is closed");
    int state = api.prepare(connection, sql, &statement);
    check(state, api.prepare_error(statement));
    state = api.pending_prepared_streaming(statement, &pending);
    check(state, api.pending_error(pending));
    running = true;
    state = api.execute_pending(pending, &result);
    check(state, api.result_error(&result));
    supported = bind();
  }

  /** Folds chunk after chunk, at most 2,048 rows each, where DuckDB has decoded them. */
  int fold(const std::vector<double*>& states, const int32_t* cancel) {
    if (!running) throw std::runtime_error("no query is running");
    if (!supported) return kUnsupported;
    while (chunk || next()) {
      if (__atomic_load_n(cancel, __ATOMIC_RELAXED)) return kCancelled;
      if (!fits) return Ohlcv::kDisorder;
      const Ohlcv::Status status = Ohlcv::fold(states.data(), int(states.size()), rows, unit);
      if (status != Ohlcv::kDone) return status;
      api.destroy_data_chunk(&chunk);
    }
    return Ohlcv::kDone;
  }

 private:
  /** Ends the running query. */
  void finish() {
    if (chunk) api.destroy_data_chunk(&chunk);
    if (running) api.destroy_result(&result);
    if (pending) api.destroy_pending(&pending);
    if (statement) api.destroy_prepare(&statement);
    running = false;
    result = {};
  }

  /** Finds the columns by name. @return false if one is missing, or of a type that is not folded as it lies */
  bool bind() {
    switch (api.column_type(&result, 0)) {
      case kDuckTimestampSeconds:
        unit = {1000, 1};
        break;
      case kDuckTimestampMs:
        unit = {1, 1};
        break;
      case kDuckTimestamp:
      case kDuckTimestampTz:
        unit = {1, 1000};
        break;
      case kDuckTimestampNs:
        unit = {1, 1000000};
        break;
      default:
        return false;
    }
    for (int v = 0; v < kValues; ++v) column[v] = -1;
    for (uint64_t c = 1; c < api.column_count(&result); ++c) {
      if (api.column_type(&result, c) != kDuckDouble) return false;
      const std::string name = api.column_name(&result, c);
      for (int v = 0; v < kValues; ++v)
        if (name == kValueNames[v]) column[v] = int(c);
    }
    for (int v = 0; v < kRequired; ++v)
      if (column[v] < 0) return false;
    return true;
  }

  /** Fetches the next chunk. @return false at the end of the data */
  bool next() {
    chunk = api.fetch_chunk(result);
    if (!chunk) {
      const char* error = api.result_error(&result);
      if (error && *error) throw std::runtime_error(error);
      return false;
    }
    const int64_t count = int64_t(api.data_chunk_get_size(chunk));
    const double* values[kValues];
    for (int v = 0; v < kValues; ++v) values[v] = column[v] < 0 ? nullptr : dense(v, count);
    DuckHandle time = api.data_chunk_get_vector(chunk, 0);
    rows = {static_cast<const int64_t*>(api.vector_get_data(time)),
            values[0],
            values[1],
            values[2],
            values[3],
            values[4],
            values[5],
            values[6],
            count};
    fits = all_valid(api.vector_get_validity(time), count);
    return true;
  }

  /** A column of the chunk; one with nulls is copied, with NaN in their places. */
  const double* dense(int v, int64_t count) {
    DuckHandle vector = api.data_chunk_get_vector(chunk, uint64_t(column[v]));
    const double* data = static_cast<const double*>(api.vector_get_data(vector));
    const uint64_t* validity = api.vector_get_validity(vector);
    if (all_valid(validity, count)) return data;
    copy[v].resize(size_t(count));
    for (int64_t i = 0; i < count; ++i) copy[v][size_t(i)] = validity[i / 64] >> (i % 64) & 1 ? data[i] : NAN;
    return copy[v].data();
  }

  static bool all_valid(const uint64_t* validity, int64_t count) {
    if (!validity) return true;
    for (int64_t i = 0; i < count; ++i)
      if (!(validity[i / 64] >> (i % 64) & 1)) return false;
    return true;
  }

  const DuckApi api;
  DuckHandle database = nullptr, connection = nullptr, statement = nullptr, pending = nullptr, chunk = nullptr;
  DuckResult result = {};
  bool running = false, supported = false, fits = false;
  int column[kValues];
  TimeUnit unit = {1, 1};
  BarRows<int64_t> rows = {};
  std::vector<double> copy[kValues];
};

// ---- Node-API

std::string text(napi_env env, napi_value value) {
  size_t length = 0;
  napi_get_value_string_utf8(env, value, nullptr, 0, &length);
  std::string result(length, 0);
  napi_get_value_string_utf8(env, value, result.data(), length + 1, &length);
  return result;
}

template <class T>
T* elements(napi_env env, napi_value value, int64_t* count = nullptr) {
  void* data = nullptr;
  size_t length = 0;
  napi_typedarray_type type;
  if (napi_get_typedarray_info(env, value, &type, &length, &data, nullptr, nullptr) != napi_ok) return nullptr;
  if (count) *count = int64_t(length);
  return static_cast<T*>(data);
}

template <class T>
std::vector<T*> element_list(napi_env env, napi_value list, int64_t* count = nullptr) {
  uint32_t length = 0;
  napi_get_array_length(env, list, &length);
  std::vector<T*> result(length);
  for (uint32_t i = 0; i < length; ++i) {
    napi_value item;
    napi_get_element(env, list, i, &item);
    result[i] = elements<T>(env, item, i == 0 ? count : nullptr);
  }
  return result;
}

Scan* scan_of(napi_env env, napi_value value) {
  void* scan = nullptr;
  if (napi_get_value_external(env, value, &scan) != napi_ok) throw std::runtime_error("expected a scan");
  return static_cast<Scan*>(scan);
}

napi_value number(napi_env env, int value) {
  napi_value result;
  napi_create_int32(env, value, &result);
  return result;
}

napi_value fold_bars(napi_env env, napi_value* argument) {
  int64_t count = 0;
  const std::vector<double*> states = element_list<double>(env, argument[0]);
  const std::vector<double*> c = element_list<double>(env, argument[1], &count);
  const BarRows<double> rows = {c.at(0), c.at(1), c.at(2), c.at(3), c.at(4), c.at(5), c.at(6), c.at(7), count};
  return number(env, Ohlcv::fold(states.data(), int(states.size()), rows, TimeUnit{1, 1}));
}

napi_value scan_open(napi_env env, napi_value* argument) {
  int32_t memory_limit_mb = 0;
  napi_get_value_int32(env, argument[1], &memory_limit_mb);
  Scan* scan = new Scan(text(env, argument[0]).c_str(), memory_limit_mb);
  napi_value external;
  napi_create_external(
      env, scan, [](napi_env, void* data, void*) { delete static_cast<Scan*>(data); }, nullptr, &external);
  return external;
}

napi_value scan_start(napi_env env, napi_value* argument) {
  scan_of(env, argument[0])->start(text(env, argument[1]).c_str());
  return nullptr;
}

napi_value scan_fold(napi_env env, napi_value* argument) {
  const std::vector<double*> states = element_list<double>(env, argument[1]);
  return number(env, scan_of(env, argument[0])->fold(states, elements<int32_t>(env, argument[2])));
}

napi_value scan_close(napi_env env, napi_value* argument) {
  scan_of(env, argument[0])->close();
  return nullptr;
}

/** Calls one of the functions above; what it throws becomes a JavaScript error. */
template <napi_value (*Function)(napi_env, napi_value*)>
napi_value guarded(napi_env env, napi_callback_info info) {
  size_t count = 3;
  napi_value argument[3];
  napi_get_cb_info(env, info, &count, argument, nullptr, nullptr);
  try {
    return Function(env, argument);
  } catch (const std::exception& error) {
    napi_throw_error(env, nullptr, error.what());
    return nullptr;
  }
}

}  // namespace

void register_duckdb(napi_env env, napi_value exports) {
  const napi_property_descriptor functions[] = {
      {"foldBars", nullptr, guarded<fold_bars>, nullptr, nullptr, nullptr, napi_enumerable, nullptr},
      {"scanOpen", nullptr, guarded<scan_open>, nullptr, nullptr, nullptr, napi_enumerable, nullptr},
      {"scanStart", nullptr, guarded<scan_start>, nullptr, nullptr, nullptr, napi_enumerable, nullptr},
      {"scanFold", nullptr, guarded<scan_fold>, nullptr, nullptr, nullptr, napi_enumerable, nullptr},
      {"scanClose", nullptr, guarded<scan_close>, nullptr, nullptr, nullptr, napi_enumerable, nullptr},
  };
  napi_define_properties(env, exports, sizeof functions / sizeof *functions, functions);
}

}  // namespace lq
