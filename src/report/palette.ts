/**
 * Colours of a report. Charts are drawn with stand-ins, which become variables of the page's style, so that one drawing
 * suits light and dark pages.
 */
const ROLES = {
  ink: { standIn: '#010a01', light: '#1f2937', dark: '#e5e7eb' },
  muted: { standIn: '#010a02', light: '#6b7280', dark: '#9ca3af' },
  grid: { standIn: '#010a03', light: '#e5e7eb', dark: '#374151' },
  paper: { standIn: '#010a04', light: '#ffffff', dark: '#111827' },
  first: { standIn: '#010a05', light: '#2563eb', dark: '#60a5fa' },
  second: { standIn: '#010a06', light: '#d97706', dark: '#fbbf24' },
  third: { standIn: '#010a07', light: '#059669', dark: '#34d399' },
  fourth: { standIn: '#010a08', light: '#7c3aed', dark: '#a78bfa' },
  fifth: { standIn: '#010a09', light: '#be185d', dark: '#f472b6' },
} as const

export type Role = keyof typeof ROLES

/** What charts are drawn with. */
export const colour = Object.fromEntries(Object.entries(ROLES).map(([role, { standIn }]) => [role, standIn])) as Record<
  Role,
  string
>

/** Colours of the lines of one chart, in order, again and again. */
export const SERIES_COLOURS = [colour.first, colour.second, colour.third, colour.fourth, colour.fifth]

/** Correlations from −1 over 0 to 1: transparent in the middle, so that they suit any page. */
export const CORRELATION_COLOURS = [
  ...['rgba(220,70,60,0.85)', 'rgba(220,70,60,0.42)', 'rgba(135,90,148,0)'],
  ...['rgba(50,110,235,0.42)', 'rgba(50,110,235,0.85)'],
]

/** @returns the drawing with variables in place of the stand-ins */
export function withVariables(svg: string): string {
  return Object.entries(ROLES).reduce((text, [role, { standIn }]) => text.replaceAll(standIn, `var(--${role})`), svg)
}

/** Rules of style that give the variables their values. */
export function paletteStyle(): string {
  const rule = (of: 'light' | 'dark') =>
    Object.entries(ROLES)
      .map(([role, colours]) => `--${role}:${colours[of]}`)
      .join(';')
  return `:root{color-scheme:light dark;${rule('light')}}@media(prefers-color-scheme:dark){:root{${rule('dark')}}}`
}
