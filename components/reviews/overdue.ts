/** The page's and the server's first question about what is late are the same. */
export const overdueOf = (service: string | undefined) => ({
  status: 'overdue' as const,
  ...(service ? { service } : {}),
});

export const OUTCOME_WORDS = {
  released: 'released',
  'rolled-back': 'rolled back',
  cancelled: 'cancelled',
} as const;
