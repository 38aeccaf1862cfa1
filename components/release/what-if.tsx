'use client';

import { Button } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { api } from '#lib/client/api.ts';
import { ApiError } from '#lib/client/problem.ts';
import { whatIfSchema } from '#lib/contract/analysis.ts';
import type { ReleaseView } from '#lib/contract/release.ts';
import { endpoints } from '#lib/routes.ts';
import { Card, Section } from '../ui/page.tsx';
import { ProblemNote } from '../ui/problem-note.tsx';
import classes from './what-if.module.css';
import { WhatIfAnswer } from './what-if-answer.tsx';
import { WhatIfFields } from './what-if-fields.tsx';
import { documentOf, fieldOf, type Preset, presetOf, valuesOf, type WhatIfValues } from './what-if-values.ts';

/** How another policy would have judged what this release measured. Nothing is changed by asking. */
export const WhatIf = ({ release }: { release: ReleaseView }) => {
  const [open, setOpen] = useState(false);
  if (!release.verdict) return null;
  return (
    <Section id="what-if" title="What if" note="same measurements, another policy">
      <Card>
        {open ? (
          <WhatIfForm release={release} />
        ) : (
          <div className={classes.closed}>
            <p>When would a stricter or a more tolerant policy have decided?</p>
            <Button variant="default" size="xs" onClick={() => setOpen(true)}>
              Try another policy
            </Button>
          </div>
        )}
      </Card>
    </Section>
  );
};

const PRESETS: { preset: Preset; label: string }[] = [
  { preset: 'stricter', label: 'Stricter' },
  { preset: 'tolerant', label: 'More tolerant' },
  { preset: 'own', label: "The release's own" },
];

const WhatIfForm = ({ release }: { release: ReleaseView }) => {
  const { analysisPolicy: own, verdict, id } = release;
  const kindOf = (name: string) => verdict?.metrics.find((metric) => metric.name === name)?.kind ?? '';
  const form = useForm<WhatIfValues>({ initialValues: valuesOf(presetOf('stricter', own), kindOf) });
  const ask = useMutation({
    mutationFn: (values: WhatIfValues) =>
      api(endpoints.releaseWhatIf(id), {
        method: 'POST',
        body: { analysis: documentOf(values) },
        schema: whatIfSchema,
      }),
    onError: (error, values) => {
      if (!(error instanceof ApiError)) return;
      const fields = Object.entries(error.fields).map(([path, message]) => [fieldOf(path, values), message]);
      form.setErrors(Object.fromEntries(fields));
    },
  });
  const choose = (preset: Preset) => {
    const values = valuesOf(presetOf(preset, own), kindOf);
    form.setValues(values);
    form.clearErrors();
    ask.mutate(values);
  };
  return (
    <div className={classes.panel}>
      <div className={classes.presets}>
        {PRESETS.map(({ preset, label }) => (
          <Button key={preset} variant="default" size="xs" onClick={() => choose(preset)}>
            {label}
          </Button>
        ))}
        <span className={classes.hint}>or change what you like and judge again</span>
      </div>
      <form
        className={classes.form}
        aria-label="Another policy"
        onSubmit={form.onSubmit((values) => ask.mutate(values))}
      >
        <WhatIfFields form={form} />
        <Button type="submit" size="sm" loading={ask.isPending} className={classes.submit ?? ''}>
          Judge again
        </Button>
      </form>
      {ask.error && <ProblemNote error={ask.error} />}
      <div aria-live="polite">{ask.data && !ask.error && <WhatIfAnswer answer={ask.data} />}</div>
    </div>
  );
};
