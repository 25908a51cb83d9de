export type Theme = 'light' | 'dark'

/** The page's colours beside those of the runs; TensorBoard's greys and its orange. */
export interface Palette {
  readonly background: string
  readonly card: string
  readonly text: string
  readonly muted: string
  readonly border: string
  readonly grid: string
  readonly accent: string
  readonly accentText: string
  readonly hover: string
  /** What is being written right now. */
  readonly live: string
  readonly fault: string
  /** Over batches: the mean of the channels and the largest of them. */
  readonly batchMean: string
  readonly batchMax: string
}

const LIGHT: Palette = {
  background: '#ffffff',
  card: '#ffffff',
  text: '#212121',
  muted: '#616161',
  border: '#e0e0e0',
  grid: '#eeeeee',
  accent: '#f57c00',
  accentText: '#b04a00',
  hover: '#f5f5f5',
  live: '#2e7d32',
  fault: '#c62828',
  batchMean: '#d96b00',
  batchMax: '#1668b8',
}

const DARK: Palette = {
  background: '#303030',
  card: '#383838',
  text: '#ffffff',
  muted: '#bdbdbd',
  border: '#555555',
  grid: '#454545',
  accent: '#f57c00',
  accentText: '#ffb060',
  hover: '#424242',
  live: '#81c784',
  fault: '#ef9a9a',
  batchMean: '#ffa34d',
  batchMax: '#6cb6ff',
}

export function palette(theme: Theme): Palette {
  return theme === 'dark' ? DARK : LIGHT
}
