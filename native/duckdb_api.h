// The few functions of DuckDB's public C API that a scan uses. The npm package ships the library without its header,
// and the library is loaded at run time: without it there is no native scan, and nothing else changes.
#pragma once
#include <stdint.h>

namespace lq {

typedef void* DuckHandle;  // database, connection, prepared statement, pending result, chunk, vector, config

/** `duckdb_result`: passed by value, so its size matters. Only `internal` is still in use. */
struct DuckResult {
  uint64_t column_count, row_count, rows_changed;
  void* columns;
  char* error_message;
  void* internal;
};

enum DuckType {
  kDuckDouble = 11,
  kDuckTimestamp = 12,
  kDuckTimestampSeconds = 20,
  kDuckTimestampMs = 21,
  kDuckTimestampNs = 22,
  kDuckTimestampTz = 31
};

/** Functions that answer a state answer 0 for success. */
#define LQ_DUCKDB(F)                                                                          \
  F(int, create_config, (DuckHandle * config))                                                \
  F(int, set_config, (DuckHandle config, const char* name, const char* value))                \
  F(void, destroy_config, (DuckHandle * config))                                              \
  F(int, open_ext, (const char* path, DuckHandle* database, DuckHandle config, char** error)) \
  F(void, close, (DuckHandle * database))                                                     \
  F(int, connect, (DuckHandle database, DuckHandle * connection))                             \
  F(void, disconnect, (DuckHandle * connection))                                              \
  F(int, prepare, (DuckHandle connection, const char* sql, DuckHandle* statement))            \
  F(const char*, prepare_error, (DuckHandle statement))                                       \
  F(void, destroy_prepare, (DuckHandle * statement))                                          \
  F(int, pending_prepared_streaming, (DuckHandle statement, DuckHandle * pending))            \
  F(const char*, pending_error, (DuckHandle pending))                                         \
  F(int, execute_pending, (DuckHandle pending, DuckResult * result))                          \
  F(void, destroy_pending, (DuckHandle * pending))                                            \
  F(const char*, result_error, (DuckResult * result))                                         \
  F(void, destroy_result, (DuckResult * result))                                              \
  F(uint64_t, column_count, (DuckResult * result))                                            \
  F(const char*, column_name, (DuckResult * result, uint64_t column))                         \
  F(int, column_type, (DuckResult * result, uint64_t column))                                 \
  F(DuckHandle, fetch_chunk, (DuckResult result))                                             \
  F(void, destroy_data_chunk, (DuckHandle * chunk))                                           \
  F(uint64_t, data_chunk_get_size, (DuckHandle chunk))                                        \
  F(DuckHandle, data_chunk_get_vector, (DuckHandle chunk, uint64_t column))                   \
  F(void*, vector_get_data, (DuckHandle vector))                                              \
  F(uint64_t*, vector_get_validity, (DuckHandle vector))                                      \
  F(void, free, (void* pointer))

struct DuckApi {
#define LQ_DUCKDB_MEMBER(type, name, parameters) type(*name) parameters;
  LQ_DUCKDB(LQ_DUCKDB_MEMBER)
#undef LQ_DUCKDB_MEMBER
};

}  // namespace lq
