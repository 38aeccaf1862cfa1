/** The three files of delivery history: their names and columns, in the order in which they are documented. */
export const TABLES = {
  deployments: [
    'id',
    'service',
    'environment',
    'tier',
    'group_id',
    'commit_sha',
    'version',
    'kind',
    'started_at',
    'finished_at',
    'status',
    'max_exposure',
    'rollback_of',
    'remediates',
    'unplanned',
    'drill',
  ],
  commits: ['sha', 'parents', 'authored_at', 'services', 'pr'],
  incidents: [
    'id',
    'services',
    'severity',
    'started_at',
    'detected_at',
    'resolved_at',
    'caused_by',
    'cause',
    'duplicate_of',
    'drill',
  ],
} as const;

export type TableName = keyof typeof TABLES;
export const TABLE_NAMES = ['deployments', 'commits', 'incidents'] as const satisfies TableName[];
export const fileOf = (table: TableName): string => `${table}.csv`;

/** What is wrong with a file, and how to mend it. Lines count from 1, the header included. */
export type RowProblem = { file: string; line: number; column: string | null; message: string };
