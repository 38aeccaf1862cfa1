'use client';

import { Button, SegmentedControl, Select, Textarea, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { api } from '#lib/client/api.ts';
import { type IncidentView, incidentSchema } from '#lib/contract/incident.ts';
import { endpoints } from '#lib/routes.ts';
import { ProblemNote } from '../ui/problem-note.tsx';
import classes from './insights.module.css';

type Decision = 'confirm' | 'change' | 'reject';
const DECISIONS: { value: Decision; label: string }[] = [
  { value: 'confirm', label: 'Confirm' },
  { value: 'change', label: 'Change' },
  { value: 'reject', label: 'Reject' },
];

/** A person's word about which deployment caused an incident, with the reason that is kept with it. */
export const LinkReview = ({ incident, onDone }: { incident: IncidentView; onDone: () => void }) => {
  const linked = incident.links?.deployments ?? [];
  const [decision, setDecision] = useState<Decision>('confirm');
  const [deployment, setDeployment] = useState(linked[0] ?? '');
  const [instead, setInstead] = useState('');
  const [reason, setReason] = useState('');
  const queries = useQueryClient();
  const decide = useMutation({
    mutationFn: () =>
      api(endpoints.incidentLinks(incident.id), {
        method: 'POST',
        body: { decision, deployment, reason, ...(decision === 'change' ? { instead } : {}) },
        schema: incidentSchema,
      }),
    onSuccess: () => {
      for (const key of ['incidents', 'insights']) void queries.invalidateQueries({ queryKey: [key] });
      onDone();
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    decide.mutate();
  };
  return (
    <form className={classes.review} onSubmit={submit} aria-label={`Review the link of ${incident.id}`}>
      {decide.error && <ProblemNote error={decide.error} />}
      {linked.length > 0 && (
        <SegmentedControl
          aria-label="Decision"
          data={DECISIONS}
          value={decision}
          onChange={(value) => setDecision(DECISIONS.find((one) => one.value === value)?.value ?? 'confirm')}
        />
      )}
      {linked.length > 1 ? (
        <Select
          label="Deployment"
          data={linked}
          value={deployment}
          onChange={(id) => setDeployment(id ?? '')}
        />
      ) : (
        <TextInput
          label={decision === 'reject' ? 'Deployment that did not cause it' : 'Deployment'}
          value={deployment}
          readOnly={linked.length === 1}
          required
          onChange={(event) => setDeployment(event.currentTarget.value)}
        />
      )}
      {decision === 'change' && (
        <TextInput
          label="Deployment that caused it instead"
          value={instead}
          required
          onChange={(event) => setInstead(event.currentTarget.value)}
        />
      )}
      <Textarea
        label="Reason"
        description="Kept with the decision and in the ledger"
        value={reason}
        required
        maxLength={1_000}
        autosize
        onChange={(event) => setReason(event.currentTarget.value)}
      />
      <div className={classes.buttons}>
        <Button type="submit" loading={decide.isPending}>
          Save
        </Button>
        <Button type="button" variant="subtle" onClick={onDone}>
          Not now
        </Button>
      </div>
    </form>
  );
};
