import canonicalize from 'canonicalize'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { canonicalJson, isJsonObject, isStorableText, sameJson, type Json } from './json.ts'

const anyJson = fc.jsonValue({ noUnicodeString: false }).filter(isWellFormed) as fc.Arbitrary<Json>

describe('the canonical spelling', () => {
  // RFC 8785: the examples of 3.2.2, 3.2.3 and appendix B
  test.for([
    [
      '{"numbers":[333333333.33333329,1E30,4.50,2e-3,0.000000000000000000000000001],"string":"\\u20ac$\\u000F\\u000aA\'\\u0042\\u0022\\u005c\\\\\\"\\/","literals":[null,true,false]}',
      '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}',
    ],
    [
      '{"\\u20ac":"Euro Sign","\\r":"Carriage Return","\\ufb33":"Hebrew Letter Dalet With Dagesh","1":"One","\\ud83d\\ude00":"Emoji: Grinning Face","\\u0080":"Control","\\u00f6":"Latin Small Letter O With Diaeresis"}',
      '{"\\r":"Carriage Return","1":"One","\u0080":"Control","ö":"Latin Small Letter O With Diaeresis","€":"Euro Sign","😀":"Emoji: Grinning Face","\ufb33":"Hebrew Letter Dalet With Dagesh"}',
    ],
    [
      '[0,-0,5e-324,-5e-324,1.7976931348623157e308,9007199254740992,-9007199254740992]',
      '[0,0,5e-324,-5e-324,1.7976931348623157e+308,9007199254740992,-9007199254740992]',
    ],
    [
      '[295147905179352830000,9.999999999999997e22,1e23,1.0000000000000001e23]',
      '[295147905179352830000,9.999999999999997e+22,1e+23,1.0000000000000001e+23]',
    ],
    [
      '[1e-7,0.000001,999999999999999700000,1e21,333333333.33333325]',
      '[1e-7,0.000001,999999999999999700000,1e+21,333333333.33333325]',
    ],
  ] as const)('is the one of RFC 8785: %s', ([text, canonical]) => {
    expect(canonicalJson(JSON.parse(text) as Json)).toBe(canonical)
  })

  test('[P13] is one for every order of keys, reads back as the same value, and spells that the same', () => {
    fc.assert(
      fc.property(anyJson, fc.infiniteStream(fc.nat()), (value, dice) => {
        const text = canonicalJson(value)
        expect(canonicalJson(shuffled(value, dice))).toBe(text)
        expect(canonicalJson(JSON.parse(text) as Json)).toBe(text)
        expect(sameJson(JSON.parse(text) as Json, value)).toBe(true)
      }),
    )
  })

  test('[P13] is the one the reference implementation writes, whatever the keys and texts', () => {
    const odd = fc.constantFrom(
      '10',
      '9',
      '-1',
      '',
      '__proto__',
      'toJSON',
      '\ud800',
      '\\ud800',
      '\u0000',
      '\u2028',
      '😀',
    )
    const text = fc.oneof(fc.string({ unit: 'binary' }), odd)
    const { value: anyValue } = fc.letrec<{ value: Json }>((tie) => ({
      value: fc.oneof(
        { maxDepth: 4 },
        fc.oneof(
          text,
          fc.double({ noNaN: true, noDefaultInfinity: true }),
          fc.integer(),
          fc.boolean(),
          fc.constant(null),
        ),
        fc.array(tie('value'), { maxLength: 4 }),
        fc.dictionary(text, tie('value'), { maxKeys: 5 }),
      ),
    }))
    const spelledBy = (spell: (value: Json) => string | undefined, value: Json) => {
      try {
        return spell(value)
      } catch {
        return 'refused'
      }
    }
    fc.assert(
      fc.property(anyValue, (value) => {
        expect(spelledBy(canonicalJson, value)).toBe(spelledBy(canonicalize, value))
      }),
      { numRuns: 2000 },
    )
  })

  test('keeps what looks alike apart: composed and decomposed letters, and __proto__ as a key', () => {
    expect(canonicalJson('\u00e9')).not.toBe(canonicalJson('e\u0301'))
    const odd = JSON.parse('{"b":1,"__proto__":{"a":1},"a":2}') as Json
    expect(canonicalJson(odd)).toBe('{"__proto__":{"a":1},"a":2,"b":1}')
  })

  test.for([[NaN], [Infinity], [undefined], ['\ud800'], [{ a: '\udc00' }], [[1, [NaN]]]])(
    'refuses what is no JSON: %o',
    ([value]) => {
      expect(() => canonicalJson(value as Json)).toThrow()
    },
  )
})

test('two values are the same exactly where their canonical spelling is', () => {
  // few values, so that many pairs are nearly or quite the same
  const small = fc.letrec<{ value: Json }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 3 },
      fc.constantFrom<Json>(0, -0, 1, '', 'a', null, false, [], {}),
      fc.array(tie('value'), { maxLength: 2 }),
      fc.dictionary(fc.constantFrom('a', 'b', '1', '__proto__', 'toString'), tie('value'), { maxKeys: 2 }),
    ),
  })).value
  fc.assert(
    fc.property(small, small, (one, other) => {
      expect(sameJson(one, other)).toBe(canonicalJson(one) === canonicalJson(other))
      expect(sameJson(one, JSON.parse(JSON.stringify(one)) as Json)).toBe(true)
    }),
    { numRuns: 3_000 },
  )
})

test('two values are the same whatever the order of their keys, and never by accident', () => {
  expect(sameJson({ a: 1, b: [1, 2] }, { b: [1, 2], a: 1 })).toBe(true)
  for (const [one, other] of [
    [
      [1, 2],
      [2, 1],
    ],
    [0, false],
    [null, 'null'],
    [{}, []],
    [undefined, null],
    [1, '1'],
  ] as [Json, Json][])
    expect(sameJson(one, other)).toBe(false)
})

test('PostgreSQL can store any text but NUL and halves of pairs', () => {
  for (const text of ['', 'Größe', '😀', '\ufffd', '\u0001', '\u2028']) expect(isStorableText(text)).toBe(true)
  for (const text of ['\u0000', 'a\u0000b', '\ud83d', '\ude00\ud83d']) expect(isStorableText(text)).toBe(false)
  expect([isJsonObject({}), isJsonObject([]), isJsonObject(null), isJsonObject('x')]).toEqual([
    true,
    false,
    false,
    false,
  ])
})

const shuffled = (value: Json, dice: Iterator<number>): Json => {
  if (Array.isArray(value)) return value.map((one) => shuffled(one, dice))
  if (!isJsonObject(value)) return value
  const entries = Object.entries(value).map(([key, one]) => ({
    key,
    one: shuffled(one, dice),
    at: Number(dice.next().value),
  }))
  return Object.fromEntries(entries.sort((one, other) => one.at - other.at).map(({ key, one }) => [key, one]))
}

function isWellFormed(value: unknown): boolean {
  return JSON.stringify(value).isWellFormed() && !/\\ud[89a-f]/i.test(JSON.stringify(value))
}
