'use client';

import { MantineProvider } from '@mantine/core';
import { Notifications } from '@mantine/notifications';
import type { ReactNode } from 'react';
import { ClockProvider } from '#lib/client/clock.tsx';
import { LiveProvider } from '#lib/client/live-context.tsx';
import { cssVariables, theme } from './theme.ts';

export const Providers = ({ renderedAt, children }: { renderedAt: number; children: ReactNode }) => (
  <MantineProvider theme={theme} cssVariablesResolver={cssVariables} defaultColorScheme="auto">
    <Notifications position="top-right" limit={3} autoClose={6_000} />
    <ClockProvider renderedAt={renderedAt}>
      <LiveProvider>{children}</LiveProvider>
    </ClockProvider>
  </MantineProvider>
);
