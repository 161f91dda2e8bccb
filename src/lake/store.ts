export { openFileStore } from './file-store.js'
export { openLakeStore } from './lake-store.js'
export type { BarStore, ListFilter, ReadBarsOptions, SeriesFile, SeriesInfo } from './series.js'
