'use client';

import { Button, PasswordInput, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation } from '@tanstack/react-query';
import { z } from 'zod';
import { api } from '#lib/client/api.ts';
import { endpoints, routes } from '#lib/routes.ts';
import { ProblemNote } from '../ui/problem-note.tsx';
import { showFields } from '../ui/show-fields.ts';
import classes from './auth.module.css';

type Values = { name: string; email: string; password: string };
const PASSWORD_MIN = 15;

/** Makes the first administrator, with the link that the server printed at its start. It works once. */
export const SetupForm = ({ token }: { token: string }) => {
  const form = useForm<Values>({
    initialValues: { name: '', email: '', password: '' },
    validate: {
      name: (name) => (name.trim() ? null : 'write your name'),
      email: (email) => (z.email().safeParse(email).success ? null : 'use an e-mail address'),
      password: (password) =>
        password.length >= PASSWORD_MIN
          ? null
          : `use at least ${PASSWORD_MIN} characters; a sentence is good`,
    },
  });
  const setUp = useMutation({
    mutationFn: (values: Values) =>
      api(endpoints.setup, { method: 'POST', body: { ...values, token }, schema: z.unknown() }),
    onSuccess: () => window.location.assign(routes.login({ ready: 'yes' })),
    onError: (error) => showFields(form, error),
  });
  if (!token)
    return (
      <>
        <h1>Set up Slipway</h1>
        <p className={classes.lede}>
          Open the set-up link that the server printed on its console; the token in it is missing here.
        </p>
      </>
    );
  return (
    <>
      <h1>Set up Slipway</h1>
      <p className={classes.lede}>You become the first administrator. This link works once.</p>
      <form className={classes.form} method="post" onSubmit={form.onSubmit((values) => setUp.mutate(values))}>
        <TextInput label="Name" name="name" autoComplete="name" size="md" {...form.getInputProps('name')} />
        <TextInput
          label="E-mail"
          name="email"
          type="email"
          autoComplete="username"
          size="md"
          {...form.getInputProps('email')}
        />
        <PasswordInput
          label="Password"
          description={`At least ${PASSWORD_MIN} characters; a sentence is good.`}
          name="password"
          autoComplete="new-password"
          size="md"
          {...form.getInputProps('password')}
        />
        {setUp.error && <ProblemNote error={setUp.error} />}
        <Button type="submit" loading={setUp.isPending || setUp.isSuccess}>
          Become administrator
        </Button>
      </form>
    </>
  );
};
