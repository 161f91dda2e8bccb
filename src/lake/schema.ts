import { PHYSICAL } from './footer.js'
import { field, type Struct } from './thrift.js'

type Type = 'timestamp' | 'double' | 'int64' | 'text' | 'bool'

const OPTIONAL = 1
const CONVERTED_UTF8 = 0
const CONVERTED_TIMESTAMP_MS = 9

/** Schema elements of a flat file: the root, then one optional leaf per column. */
export function schemaElements(schema: { name: string; type: Type }[]): Struct[] {
  const root: Struct = new Map([
    [4, field.text('schema')],
    [5, field.i32(schema.length)],
  ])
  return [root, ...schema.map(leaf)]
}

const PHYSICAL_OF: Record<Type, number> = {
  timestamp: PHYSICAL.INT64,
  double: PHYSICAL.DOUBLE,
  int64: PHYSICAL.INT64,
  text: PHYSICAL.BYTE_ARRAY,
  bool: PHYSICAL.BOOLEAN,
}

function leaf({ name, type }: { name: string; type: Type }): Struct {
  const element: Struct = new Map([
    [1, field.i32(PHYSICAL_OF[type])],
    [3, field.i32(OPTIONAL)],
    [4, field.text(name)],
  ])
  if (type === 'text') {
    element.set(6, field.i32(CONVERTED_UTF8))
    element.set(10, field.struct(new Map([[1, field.struct(new Map())]])))
  }
  if (type === 'timestamp') {
    element.set(6, field.i32(CONVERTED_TIMESTAMP_MS))
    const milliseconds: Struct = new Map([[1, field.struct(new Map())]])
    const timestamp: Struct = new Map([
      [1, field.bool(true)],
      [2, field.struct(milliseconds)],
    ])
    element.set(10, field.struct(new Map([[8, field.struct(timestamp)]])))
  }
  return element
}
