'use client';

import { useQuery } from '@tanstack/react-query';
import Link from 'next/link';
import { usePathname } from 'next/navigation';
import type { ReactNode } from 'react';
import { useWatch } from '#lib/client/live-context.tsx';
import { activeReleasesQuery } from '#lib/client/queries.ts';
import { topics } from '#lib/client/topics.ts';
import { routes } from '#lib/routes.ts';
import { type Account, AccountMenu } from './account-menu.tsx';
import { LiveIndicator } from './live-indicator.tsx';
import { ModeStrip } from './mode-strip.tsx';
import { DESTINATIONS, isAt } from './navigation.ts';
import classes from './shell.module.css';
import { ThemeToggle } from './theme-toggle.tsx';
import { Wordmark } from './wordmark.tsx';

/** The frame of every page behind the sign-in: navigation, unusual modes, account. */
export const Shell = ({
  account,
  demo,
  children,
}: {
  account: Account;
  demo: boolean;
  children: ReactNode;
}) => (
  <div className={classes.shell}>
    <a href="#main" className={classes.skip}>
      Skip to the page
    </a>
    <header className={classes.side}>
      <Link href={routes.now()} className={classes.brand} aria-label="Slipway, to Now">
        <Wordmark />
      </Link>
      <Navigation />
      <div className={classes.foot}>
        <LiveIndicator />
        <div className={classes.controls}>
          <AccountMenu account={account} />
          <ThemeToggle />
        </div>
      </div>
    </header>
    <div className={classes.body}>
      <ModeStrip demo={demo} />
      <main id="main" tabIndex={-1} className={classes.main}>
        {children}
      </main>
    </div>
  </div>
);

const Navigation = () => {
  useWatch(topics.releases);
  const path = usePathname();
  const waiting =
    useQuery(activeReleasesQuery()).data?.items.filter(({ needs }) => needs !== null).length ?? 0;
  return (
    <nav aria-label="Main" className={classes.nav}>
      <ul>
        {DESTINATIONS.map((destination) => {
          const { label, href, icon: Icon } = destination;
          return (
            <li key={href}>
              <Link
                href={href}
                aria-current={isAt(destination, path) ? 'page' : undefined}
                className={classes.link}
              >
                <Icon size={20} stroke={1.6} aria-hidden="true" />
                <span>{label}</span>
                {href === routes.now() && waiting > 0 && (
                  <span className={classes.count}>
                    {waiting}
                    <span className={classes.hidden}> waiting for a human</span>
                  </span>
                )}
              </Link>
            </li>
          );
        })}
      </ul>
    </nav>
  );
};
