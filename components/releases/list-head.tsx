import { Button, Menu } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import type { ReleaseFilters } from '#lib/client/queries.ts';
import { endpoints } from '#lib/routes.ts';
import { searchOf } from './filters.ts';
import classes from './releases-page.module.css';

type Total = { count: number; exact: boolean };

/** How many releases fit, and the way to take them along. */
export const ListHead = ({ total, filters }: { total: Total; filters: ReleaseFilters }) => (
  <div className={classes.head}>
    <span aria-live="polite">{totalText(total)}</span>
    <Menu position="bottom-end">
      <Menu.Target>
        <Button variant="subtle" size="compact-sm" leftSection={<IconDownload size={16} aria-hidden />}>
          Export
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {FORMATS.map(({ format, label }) => (
          <Menu.Item
            key={format}
            component="a"
            href={endpoints.releaseExport({ ...searchOf(filters), format })}
            download
          >
            {label}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  </div>
);

const FORMATS = [
  { format: 'csv', label: 'CSV, for spreadsheets' },
  { format: 'jsonl', label: 'JSON, one release a line' },
];

/** The server counts so far. */
const COUNTED_MAX = 10_000;

const totalText = ({ count, exact }: Total): string => {
  const number = count.toLocaleString('en');
  // What was counted before the counting was given up says no more than this.
  if (!exact && count <= COUNTED_MAX + 1) return `more than ${COUNTED_MAX.toLocaleString('en')} releases`;
  if (!exact) return `about ${Number(count.toPrecision(2)).toLocaleString('en')} releases`;
  return count === 1 ? '1 release' : `${number} releases`;
};
