import { expect, test } from 'vitest'
import { decodeStruct, encodeStruct, field, type Struct, TYPE } from '../../src/lake/thrift.js'

const roundTrip = (struct: Struct) => decodeStruct(encodeStruct(struct)).struct

test('gives back every type', () => {
  const inner: Struct = new Map([[300, field.text('é')]])
  const struct: Struct = new Map([
    [1, field.bool(true)],
    [2, field.bool(false)],
    [3, { type: TYPE.BYTE, value: -5 }],
    [4, field.i16(-300)],
    [40, field.i32(2 ** 31 - 1)],
    [41, { type: TYPE.DOUBLE, value: -0.1 }],
    [42, field.struct(inner)],
    [
      43,
      field.list(
        TYPE.I32,
        Array.from({ length: 20 }, (_, i) => i - 10),
      ),
    ],
    [44, field.list(TYPE.TRUE, [true, false])],
  ])
  expect(roundTrip(struct)).toEqual(struct)
})

test.each([0n, -1n, 63n, -64n, 2n ** 49n, 2n ** 53n + 1n, 2n ** 63n - 1n, -(2n ** 63n)])(
  'gives back the integer %s',
  (value) => {
    expect(roundTrip(new Map([[1, field.i64(value)]])).get(1)?.value).toBe(value)
  },
)

test.each([
  ['a text longer than the bytes left', [0x18, 0xff, 0x7f]],
  ['a list longer than the bytes left', [0x19, 0xf5, 0xff, 0xff, 0x03]],
  ['an unknown type', [0x1f]],
  ['no end', [0x15]],
  ['structures nested without end', new Array(200).fill(0x1c)],
  ['a number of more than 64 bits', [0x16, ...new Array(11).fill(0xff)]],
])('rejects %s', (_, bytes) => {
  expect(() => decodeStruct(Uint8Array.from(bytes))).toThrow(/expected Parquet metadata/)
})
