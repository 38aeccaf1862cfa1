import { useComputedColorScheme } from '@mantine/core';
import { useMounted } from '@mantine/hooks';

/**
 * The scheme that is shown, `light` until the page has come to life: the server cannot know what somebody chose in
 * this browser, and the first rendering has to equal its own.
 */
export const useShownScheme = (): 'light' | 'dark' => {
  const mounted = useMounted();
  const scheme = useComputedColorScheme('light', { getInitialValueInEffect: true });
  return mounted ? scheme : 'light';
};
