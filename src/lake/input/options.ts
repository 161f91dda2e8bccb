/** Civil time of one place (resample/zone.ts has it); the lake itself knows UTC only. */
export interface LocalClock {
  name: string
  /** ms to add to UTC to get the wall clock */
  offset(utcMs: number): number
  /** first instant at which the wall clock has reached a local time */
  reach(localMs: number): number
}

export type TimeUnit = 's' | 'ms' | 'us' | 'ns'

/** How files of bars are to be read. What is not said is recognised where it is unambiguous. */
export interface InputOptions {
  /** wins over a column `exchange` */
  exchange?: string
  /** wins over a column `symbol` */
  symbol?: string
  symbolColumn?: string
  /** wins over a column `timeframe`, `time_frame` or `interval`: rows of others are passed over */
  timeframe?: string
  /** one column, or several whose texts are joined with a blank */
  tsColumns?: string[]
  /** of strftime (`%d.%m.%Y %H:%M`) */
  tsFormat?: string
  tsUnit?: TimeUnit
  /** for times that name no zone; default UTC */
  clock?: LocalClock
  /** `close`: a stamp is the end of its bar, so one timeframe is subtracted */
  stamp?: 'open' | 'close'
  /** names of the columns of a file without a header; `_` passes one over */
  columns?: string[]
  /** bar column → column of the file */
  map?: Record<string, string>
  /** table of a SQLite file */
  table?: string
}
