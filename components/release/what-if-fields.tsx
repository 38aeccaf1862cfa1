'use client';

import { NumberInput } from '@mantine/core';
import type { UseFormReturnType } from '@mantine/form';
import classes from './what-if.module.css';
import { guardUnit, type WhatIfValues } from './what-if-values.ts';

/** The knobs of a policy: what a rollback needs, what an advance needs, and what each metric tolerates. */
export const WhatIfFields = ({ form }: { form: UseFormReturnType<WhatIfValues> }) => (
  <>
    <fieldset className={classes.group}>
      <legend>To roll back</legend>
      <NumberInput
        size="xs"
        label="Chance of a false rollback"
        step={0.01}
        min={0}
        hideControls
        {...form.getInputProps('alpha')}
      />
      <NumberInput
        size="xs"
        label="Warm-up"
        suffix=" s"
        min={0}
        hideControls
        {...form.getInputProps('warmup')}
      />
    </fieldset>
    <fieldset className={classes.group}>
      <legend>To advance</legend>
      <NumberInput
        size="xs"
        label="Shown to be below"
        suffix=" times the baseline"
        min={1}
        hideControls
        {...form.getInputProps('advance.ratioMax')}
      />
      <NumberInput
        size="xs"
        label="or failing below"
        suffix=" %"
        min={0}
        hideControls
        {...form.getInputProps('advance.rateMax')}
      />
      <NumberInput
        size="xs"
        label="Chance of a false step"
        step={0.01}
        min={0}
        hideControls
        {...form.getInputProps('advance.alpha')}
      />
    </fieldset>
    {form.values.metrics.map(({ name, guard }, place) => (
      <fieldset key={name} className={classes.group}>
        <legend>{name}</legend>
        <NumberInput
          size="xs"
          label="Margin"
          suffix=" %"
          min={0}
          hideControls
          {...form.getInputProps(`metrics.${place}.margin`)}
        />
        {guard.map(({ key }, row) => (
          <NumberInput
            key={key}
            size="xs"
            label={`Guard, ${key} at most`}
            suffix={` ${guardUnit(key)}`}
            placeholder="none"
            min={0}
            hideControls
            {...form.getInputProps(`metrics.${place}.guard.${row}.limit`)}
          />
        ))}
      </fieldset>
    ))}
  </>
);
