import type { ReactNode } from 'react';
import classes from './page.module.css';

/** The frame of a page: one heading, at most one action beside it. */
export const Page = ({
  title,
  lede,
  action,
  children,
}: {
  title: ReactNode;
  lede?: ReactNode;
  action?: ReactNode;
  children: ReactNode;
}) => (
  <div className={classes.page}>
    <header className={classes.header}>
      <div>
        <h1 className={classes.title}>{title}</h1>
        {lede && <p className={classes.lede}>{lede}</p>}
      </div>
      {action}
    </header>
    {children}
  </div>
);

/** A part of a page with its own heading and anchor. */
export const Section = ({
  id,
  title,
  note,
  action,
  children,
}: {
  id: string;
  title: ReactNode;
  note?: ReactNode;
  action?: ReactNode;
  children: ReactNode;
}) => (
  <section id={id} aria-labelledby={`${id}-title`} className={classes.section}>
    <div className={classes.sectionHead}>
      <h2 id={`${id}-title`} className={classes.sectionTitle}>
        {title}
      </h2>
      {note && <span className={classes.note}>{note}</span>}
      {action && <span className={classes.sectionAction}>{action}</span>}
    </div>
    {children}
  </section>
);

export const Card = ({ children, flush = false }: { children: ReactNode; flush?: boolean }) => (
  <div className={classes.card} data-flush={flush || undefined}>
    {children}
  </div>
);

/** What an empty place is for, what is missing, and the one thing to do. */
export const Empty = ({
  title,
  children,
  action,
}: {
  title: string;
  children: ReactNode;
  action?: ReactNode;
}) => (
  <div className={classes.empty}>
    <p className={classes.emptyTitle}>{title}</p>
    <p className={classes.emptyText}>{children}</p>
    {action}
  </div>
);
