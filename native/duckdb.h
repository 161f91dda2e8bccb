// Folding of bars, from JavaScript's arrays or as DuckDB decodes them.
#pragma once
#include <node_api.h>

namespace lq {

/**
 * Adds to `exports`:
 *   foldBars(states, columns) → status            one batch that lies in JavaScript's arrays
 *   scanOpen(library, memoryLimitMb) → scan        a DuckDB of one thread; freed by scanClose or the collector
 *   scanStart(scan, sql)                           columns: timestamp open high low close volume [turnover] [vwap]
 *   scanFold(scan, states, cancel) → status        to the end of the data, or until the caller is needed
 *   scanClose(scan)
 * States are laid out by src/resample/fold.ts, where the statuses are named. Errors carry DuckDB's message.
 */
void register_duckdb(napi_env env, napi_value exports);

}  // namespace lq
