import type { FieldRules } from './fields.js'
import type { Dag } from './node.js'

/** What the names of an expression mean. */
export interface Scope extends FieldRules {
  /** values of `$name` where no field has that name */
  parameters?: Record<string, number>
  /** how windows that are no integers become so; `floor`, the default, is what Kakushadze's paper says */
  windowRounding?: 'floor' | 'nearest'
}

/** What lowering needs everywhere. */
export interface Lowering {
  dag: Dag
  scope: Scope
}
