'use client';

import { Button, PasswordInput, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation } from '@tanstack/react-query';
import { signIn } from 'next-auth/react';
import classes from './auth.module.css';

type Values = { email: string; password: string };

/** Signs in with e-mail and password. The same refusal for an unknown e-mail and a wrong password. */
export const LoginForm = ({ next, ready }: { next: string; ready: boolean }) => {
  const form = useForm<Values>({
    initialValues: { email: '', password: '' },
    validate: {
      email: (email) => (email.trim() ? null : 'write your e-mail address'),
      password: (password) => (password ? null : 'write your password'),
    },
  });
  const enter = useMutation({
    mutationFn: async (values: Values) => {
      const answer = await signIn('credentials', { ...values, redirect: false });
      if (answer?.error) throw new Error(answer.error);
    },
    // A whole page load, so that nothing of the signed-out page stays in memory.
    onSuccess: () => window.location.assign(next),
  });
  return (
    <>
      <h1>Sign in</h1>
      <p className={classes.lede}>to see and steer what is being released.</p>
      <form className={classes.form} method="post" onSubmit={form.onSubmit((values) => enter.mutate(values))}>
        {ready && <p className={classes.done}>The administrator is set up. Sign in to go on.</p>}
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
          name="password"
          autoComplete="current-password"
          size="md"
          {...form.getInputProps('password')}
        />
        {enter.error && (
          <p className={classes.refusal} role="alert">
            {refusalText(enter.error)}
          </p>
        )}
        <Button type="submit" loading={enter.isPending || enter.isSuccess}>
          Sign in
        </Button>
      </form>
    </>
  );
};

/** next-auth says "CredentialsSignin" for a refusal; anything else means that nobody answered. */
const refusalText = ({ message }: Error): string =>
  message === 'CredentialsSignin'
    ? 'E-mail and password do not fit, or there were too many attempts. Check both; after ten failures wait a quarter of an hour.'
    : 'Slipway does not answer. Check the connection and try again.';
