import type { ReactNode } from 'react';
import classes from './table.module.css';

/** The one table: headers for every column; on phones each row becomes a card, its cells named by `data-label`. */
export const DataTable = ({
  caption,
  head,
  children,
}: {
  caption: string;
  head: readonly string[];
  children: ReactNode;
}) => (
  <div className={classes.frame}>
    <table className={classes.table}>
      <caption>{caption}</caption>
      <thead>
        <tr>
          {head.map((title) => (
            <th key={title} scope="col">
              {title}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>{children}</tbody>
    </table>
  </div>
);
