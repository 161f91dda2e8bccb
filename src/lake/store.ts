import { openFileStore } from './file-store.js'
import { openLakeStore } from './lake-store.js'

export type { BarStore, ListFilter, ReadBarsOptions, SeriesFile, SeriesInfo } from './series.js'
/** The two stores that jobs read bars from. */
export { openFileStore, openLakeStore }
