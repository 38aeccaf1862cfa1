import {
  type CSSVariablesResolver,
  createTheme,
  defaultVariantColorsResolver,
  type MantineColorsTuple,
} from '@mantine/core';

/** Ink: the one colour of controls. Orange and blue belong to canary and baseline, teal and pink to verdicts. */
const ink: MantineColorsTuple = [
  '#f2f4f1',
  '#e4e8e2',
  '#cdd4cc',
  '#aab4ad',
  '#87938d',
  '#66726f',
  '#4a565a',
  '#323d42',
  '#1f282c',
  '#14191c',
];

/** Mantine's own dark scale, retuned to the page colour that the encodings are computed against. */
const dark: MantineColorsTuple = [
  '#e9edf0',
  '#c6ced6',
  '#a9b4bf',
  '#8c98a4',
  '#3a444f',
  '#2b333d',
  '#1d232b',
  '#161b22',
  '#0e1116',
  '#090b0f',
];

export const theme = createTheme({
  primaryColor: 'ink',
  primaryShade: { light: 8, dark: 1 },
  // A filled control is ink on paper in both themes; the kit would compute one text colour for both.
  variantColorResolver: (input) =>
    input.variant === 'filled' && (input.color ?? 'ink') === 'ink'
      ? {
          background: 'var(--ink)',
          hover: 'var(--ink-2)',
          color: 'var(--canvas)',
          border: '1px solid transparent',
        }
      : defaultVariantColorsResolver(input),
  colors: { ink, dark },
  white: '#ffffff',
  black: '#14191c',
  fontFamily: 'var(--font-geist-sans), system-ui, sans-serif',
  fontFamilyMonospace: 'var(--font-geist-mono), ui-monospace, monospace',
  headings: { fontFamily: 'var(--font-geist-sans), system-ui, sans-serif', fontWeight: '600' },
  fontSizes: { xs: '0.75rem', sm: '0.8125rem', md: '0.875rem', lg: '1rem', xl: '1.125rem' },
  defaultRadius: 'sm',
  radius: { xs: '3px', sm: '6px', md: '8px', lg: '12px', xl: '16px' },
  cursorType: 'pointer',
  respectReducedMotion: true,
  focusRing: 'auto',
});

/** The kit's own colours that would break the palette or be too faint to read. */
export const cssVariables: CSSVariablesResolver = () => {
  const both = {
    '--mantine-color-error': 'var(--fail)',
    '--mantine-color-placeholder': 'var(--ink-3)',
    '--mantine-color-dimmed': 'var(--ink-3)',
    '--mantine-color-default-border': 'var(--line-strong)',
    '--mantine-color-text': 'var(--ink)',
  };
  return { variables: {}, light: both, dark: both };
};
