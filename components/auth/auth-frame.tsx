import type { ReactNode } from 'react';
import { Wordmark } from '../shell/wordmark.tsx';
import classes from './auth.module.css';

export const AuthFrame = ({ children }: { children: ReactNode }) => (
  <main className={classes.frame}>
    <div className={classes.box}>
      <Wordmark size={28} />
      {children}
    </div>
  </main>
);
