/**
 * The public interface: what a command does is one typed call, with what it needs and what it gives as types.
 */
export { chooseBackend } from './compute/backend.js'
export { runPlan } from './compute/run.js'
export { type Config, loadConfig } from './config.js'
export { type ErrorCode, EXIT, LqError } from './errors.js'
export { parse } from './factors/parser.js'
export * as kernels from './generated/calls.js'
export { KERNELS } from './generated/specs.js'
export { type IngestRequest, type IngestResult, ingest } from './jobs/ingest.js'
export { type ResampleRequest, type ResampleResult, runResample } from './jobs/resample.js'
export { runScore, type ScoreResult } from './jobs/score.js'
export type { ScoreRequest } from './jobs/score-prepare.js'
export { openFileStore } from './lake/file-store.js'
export { openLakeStore } from './lake/lake-store.js'
export type { BarStore, SeriesInfo } from './lake/series.js'
export { openState, type State } from './state/state.js'
export type { BackendChoice, Bars, Fallback, KernelSpec, Plan, SeriesKey, Step } from './types.js'
