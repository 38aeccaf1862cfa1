import { DataTable } from '../ui/table.tsx';
import classes from './compare.module.css';
import type { CompareRow } from './rows.ts';

type Props = { caption: string; first: string; rows: CompareRow[]; heads: { a: string; b: string } };

/** Side by side; what differs is marked by a sign and a word, not by colour alone. */
export const CompareTable = ({ caption, first, rows, heads }: Props) => (
  <DataTable caption={caption} head={[first, heads.a, heads.b]}>
    {rows.map(({ label, a, b }) => (
      <tr key={label} data-differs={a !== b || undefined} className={classes.row}>
        <th scope="row" data-label={first}>
          {label}
          {a !== b && <span className={classes.differs}>≠ differs</span>}
        </th>
        <td data-label="A">{a}</td>
        <td data-label="B">{b}</td>
      </tr>
    ))}
  </DataTable>
);
