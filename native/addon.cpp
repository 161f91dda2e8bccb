// The boundary to JavaScript: describe, isa, devices, open, run, fold, advise, close, and the DuckDB scan. JavaScript
// owns every buffer and validates what it passes; here only what would corrupt memory is checked again.
#include <node_api.h>
#include <sys/mman.h>

#include <cstring>
#include <string>

#include "backend.h"
#include "catalogue.h"
#include "decode.h"
#include "duckdb.h"

namespace {

using namespace lq_host;
using lq::kKernels;
using lq::kSpecs;

#define IS_OHLCV(K) &K::spec == &Ohlcv::spec,
constexpr bool kIsOhlcv[] = {LQ_CATALOG(IS_OHLCV)};
constexpr int ohlcv_index() {
  int i = 0;
  while (!kIsOhlcv[i]) ++i;
  return i;
}
constexpr int kOhlcv = ohlcv_index();
const char* const kShapes[] = {"map", "rolling", "scan", "cross", "segment"};

napi_value text(napi_env env, const char* s) {
  napi_value v;
  napi_create_string_utf8(env, s, NAPI_AUTO_LENGTH, &v);
  return v;
}
napi_value number(napi_env env, double d) {
  napi_value v;
  napi_create_double(env, d, &v);
  return v;
}
void put(napi_env env, napi_value object, const char* name, napi_value value) {
  napi_set_named_property(env, object, name, value);
}
napi_value texts(napi_env env, const char* const* list, int most) {
  napi_value array;
  napi_create_array(env, &array);
  for (int i = 0; i < most && list[i]; ++i) napi_set_element(env, array, i, text(env, list[i]));
  return array;
}

napi_value describe_option(napi_env env, const Option& o) {
  napi_value v;
  napi_create_object(env, &v);
  put(env, v, "name", text(env, o.name));
  put(env, v, "min", number(env, o.min));
  put(env, v, "max", number(env, o.max));
  put(env, v, "fallback", number(env, o.fallback));
  put(env, v, "unit", text(env, o.unit));
  return v;
}

napi_value Describe(napi_env env, napi_callback_info) {
  napi_value list;
  napi_create_array(env, &list);
  for (int i = 0; i < kKernels; ++i) {
    const Spec& s = *kSpecs[i];
    napi_value v, options;
    napi_create_object(env, &v);
    napi_create_array(env, &options);
    for (int k = 0; k < kOptionsMax && s.options[k].name; ++k)
      napi_set_element(env, options, k, describe_option(env, s.options[k]));
    put(env, v, "name", text(env, s.name));
    put(env, v, "shape", text(env, kShapes[(int)s.shape]));
    put(env, v, "inputs", texts(env, s.inputs, kInputsMax));
    put(env, v, "outputs", texts(env, s.outputs, kOutputsMax));
    put(env, v, "options", options);
    put(env, v, "summary", text(env, s.summary));
    put(env, v, "formula", text(env, s.formula));
    put(env, v, "source", text(env, s.source));
    put(env, v, "accuracy", number(env, s.accuracy));
    put(env, v, "state", number(env, lq::kStates[i]));
    napi_set_element(env, list, i, v);
  }
  return list;
}

const char* best_isa() {
#if defined(__x86_64__)
  __builtin_cpu_init();
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl") &&
      __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512cd"))
    return "v4";
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") && __builtin_cpu_supports("bmi2")) return "v3";
#endif
  return "v2";
}
napi_value Isa(napi_env env, napi_callback_info) { return text(env, best_isa()); }

napi_value Devices(napi_env env, napi_callback_info) {
  const lq::DeviceList found = lq::list_devices();
  napi_value v, list;
  napi_create_object(env, &v);
  napi_create_array(env, &list);
  for (size_t i = 0; i < found.devices.size(); ++i) {
    napi_value d;
    napi_create_object(env, &d);
    put(env, d, "index", number(env, (double)i));
    put(env, d, "name", text(env, found.devices[i].name.c_str()));
    put(env, d, "memoryGb", number(env, found.devices[i].memory_gb));
    napi_set_element(env, list, i, d);
  }
  put(env, v, "driver", text(env, found.driver.c_str()));
  put(env, v, "devices", list);
  put(env, v, "reason", text(env, found.reason.c_str()));
  return v;
}

bool get_args(napi_env env, napi_callback_info info, size_t count, napi_value* argv) {
  size_t given = count;
  napi_get_cb_info(env, info, &given, argv, nullptr, nullptr);
  if (given >= count) return true;
  napi_throw_type_error(env, nullptr, "too few arguments");
  return false;
}

/** Memory of a typed array; a SharedArrayBuffer's too, in any thread. */
template <class T>
bool get_array(napi_env env, napi_value v, napi_typedarray_type type, T** data, size_t* length) {
  napi_typedarray_type found;
  void* p = nullptr;
  if (napi_get_typedarray_info(env, v, &found, length, &p, nullptr, nullptr) == napi_ok && found == type) {
    *data = (T*)p;
    return true;
  }
  napi_throw_type_error(env, nullptr, "expected another kind of typed array");
  return false;
}

/** open(target): 'v2' | 'v3' | 'v4' | 'emulated' | 'cuda:N' */
napi_value Open(napi_env env, napi_callback_info info) {
  napi_value argv[1], result;
  if (!get_args(env, info, 1, argv)) return nullptr;
  char target[32];
  size_t length;
  if (napi_get_value_string_utf8(env, argv[0], target, sizeof target, &length) != napi_ok) {
    napi_throw_type_error(env, nullptr, "target must be a string");
    return nullptr;
  }
  std::string code, message;
  lq::Backend* backend = lq::open_backend(target, &code, &message);
  if (!backend) {
    napi_throw_error(env, code.c_str(), message.c_str());
    return nullptr;
  }
  napi_create_external(
      env, backend, [](napi_env, void* p, void*) { delete (lq::Backend*)p; }, nullptr, &result);
  return result;
}

/** run(handle, words, options, arena, state, times, from, to) */
napi_value Run(napi_env env, napi_callback_info info) {
  napi_value argv[8];
  if (!get_args(env, info, 8, argv)) return nullptr;
  void* handle;
  int32_t* words;
  double* options;
  lq::Memory memory{};
  size_t count, option_count;
  int64_t from, to;
  if (napi_get_value_external(env, argv[0], &handle) != napi_ok ||
      napi_get_value_int64(env, argv[6], &from) != napi_ok || napi_get_value_int64(env, argv[7], &to) != napi_ok) {
    napi_throw_type_error(env, nullptr, "expected (handle, words, options, arena, state, times, from, to)");
    return nullptr;
  }
  if (!get_array(env, argv[1], napi_int32_array, &words, &count) ||
      !get_array(env, argv[2], napi_float64_array, &options, &option_count) ||
      !get_array(env, argv[3], napi_float64_array, &memory.arena, &memory.arena_length) ||
      !get_array(env, argv[4], napi_float64_array, &memory.state, &memory.state_length) ||
      !get_array(env, argv[5], napi_float64_array, &memory.times, &memory.times_length))
    return nullptr;
  lq::Work work;
  if (!lq::decode({words, words + count}, {options, options + option_count}, memory, &work)) {
    napi_throw_range_error(env, nullptr, "a step points outside the arena or the catalogue");
    return nullptr;
  }
  std::string code, message;
  if (!((lq::Backend*)handle)->run(work, from, to, &code, &message))
    napi_throw_error(env, code.c_str(), message.c_str());
  return nullptr;
}

/** sweep(handle, words, numbers, columns, lanes, market, table, scratch, state, from, to) */
napi_value RunSweep(napi_env env, napi_callback_info info) {
  napi_value argv[11];
  if (!get_args(env, info, 11, argv)) return nullptr;
  void* handle;
  int32_t* words;
  double* numbers;
  lq::SweepMemory memory{};
  size_t count, number_count;
  int64_t from, to;
  if (napi_get_value_external(env, argv[0], &handle) != napi_ok ||
      napi_get_value_int64(env, argv[9], &from) != napi_ok || napi_get_value_int64(env, argv[10], &to) != napi_ok) {
    napi_throw_type_error(env, nullptr, "expected (handle, words, numbers, columns, lanes, market, …, from, to)");
    return nullptr;
  }
  if (!get_array(env, argv[1], napi_int32_array, &words, &count) ||
      !get_array(env, argv[2], napi_float64_array, &numbers, &number_count) ||
      !get_array(env, argv[3], napi_int32_array, &memory.columns.data, &memory.columns.length))
    return nullptr;
  lq::Buffer<double>* const buffers[] = {&memory.lanes, &memory.market, &memory.table, &memory.scratch, &memory.state};
  for (int i = 0; i < 5; ++i)
    if (!get_array(env, argv[4 + i], napi_float64_array, &buffers[i]->data, &buffers[i]->length)) return nullptr;
  lq::SweepWork work{};
  if (!lq::decode_sweep({words, words + count}, {numbers, numbers + number_count}, memory, &work) || from < 0 ||
      to > work.sweep.lanes / lq::kTile) {
    napi_throw_range_error(env, nullptr, "a sweep points outside its buffers or the catalogue");
    return nullptr;
  }
  std::string code, message;
  if (!((lq::Backend*)handle)->sweep(work.sweep, from, to, &code, &message))
    napi_throw_error(env, code.c_str(), message.c_str());
  return nullptr;
}

/** fold(handle, state, columns, turnover, vwap, buckets): folds a batch of bars, bucket by bucket. */
napi_value Fold(napi_env env, napi_callback_info info) {
  napi_value argv[6];
  void* handle;
  double *state, *columns;
  size_t state_length, length;
  bool turnover, vwap;
  int64_t buckets;
  if (!get_args(env, info, 6, argv)) return nullptr;
  if (napi_get_value_external(env, argv[0], &handle) != napi_ok ||
      napi_get_value_bool(env, argv[3], &turnover) != napi_ok || napi_get_value_bool(env, argv[4], &vwap) != napi_ok ||
      napi_get_value_int64(env, argv[5], &buckets) != napi_ok) {
    napi_throw_type_error(env, nullptr, "expected (handle, state, columns, turnover, vwap, buckets)");
    return nullptr;
  }
  if (!get_array(env, argv[1], napi_float64_array, &state, &state_length) ||
      !get_array(env, argv[2], napi_float64_array, &columns, &length))
    return nullptr;
  const int64_t capacity = state_length > Ohlcv::kHeader ? (int64_t)state[Ohlcv::kCapacity] : -1;
  if (capacity < buckets || Ohlcv::kHeader + Ohlcv::kColumns * capacity > (int64_t)state_length) {
    napi_throw_range_error(env, nullptr, "the fold has no room for so many buckets");
    return nullptr;
  }
  lq::WorkStep step{kOhlcv, lq::Walk::Buckets, {}, length * sizeof(double), state_length * sizeof(double), true};
  step.args.in[0] = columns;
  step.args.out[0] = state;
  step.args.rows = (int64_t)length / 8;
  step.args.tiles = buckets;
  step.args.options[0] = turnover;
  step.args.options[1] = vwap;
  lq::Work work;
  work.steps.push_back(step);
  std::string code, message;
  if (!((lq::Backend*)handle)->run(work, 0, buckets, &code, &message))
    napi_throw_error(env, code.c_str(), message.c_str());
  return nullptr;
}

/**
 * advise(arena) → doubles to skip until the first cache line of it. V8 aligns a buffer to 16 bytes only, and JavaScript
 * cannot see addresses. Also asks for huge pages, which makes first touch of a large arena several times cheaper.
 */
napi_value Advise(napi_env env, napi_callback_info info) {
  napi_value argv[1];
  double* data;
  size_t length;
  if (!get_args(env, info, 1, argv) || !get_array(env, argv[0], napi_float64_array, &data, &length)) return nullptr;
  const uintptr_t page = 1 << 21, from = ((uintptr_t)data + page - 1) & ~(page - 1),
                  to = ((uintptr_t)(data + length)) & ~(page - 1);
  if (from < to) madvise((void*)from, to - from, MADV_HUGEPAGE);  // advice: a refusal changes nothing but speed
  return number(env, (double)((64 - (uintptr_t)data % 64) % 64 / sizeof(double)));
}

napi_value Close(napi_env env, napi_callback_info info) {
  napi_value argv[1];
  void* handle;
  if (get_args(env, info, 1, argv) && napi_get_value_external(env, argv[0], &handle) == napi_ok)
    ((lq::Backend*)handle)->close();
  return nullptr;
}

}  // namespace

NAPI_MODULE_INIT() {
  const struct {
    const char* name;
    napi_callback call;
  } functions[] = {{"describe", Describe}, {"isa", Isa},       {"devices", Devices}, {"open", Open},     {"run", Run},
                   {"fold", Fold},         {"advise", Advise}, {"close", Close},     {"sweep", RunSweep}};
  for (const auto& f : functions) {
    napi_value v;
    napi_create_function(env, f.name, NAPI_AUTO_LENGTH, f.call, nullptr, &v);
    put(env, exports, f.name, v);
  }
  napi_value built;
  napi_get_boolean(env, LQ_CUDA_BUILT, &built);
  put(env, exports, "cudaBuilt", built);
  lq::register_duckdb(env, exports);
  return exports;
}
