'use client';

import { Menu, UnstyledButton, useMantineColorScheme } from '@mantine/core';
import { IconDeviceDesktop, IconLogout } from '@tabler/icons-react';
import { signOut } from 'next-auth/react';
import type { Role } from '#lib/domain/release/types.ts';
import { routes } from '#lib/routes.ts';
import classes from './shell.module.css';

export type Account = { name: string; role: Role };

export const AccountMenu = ({ account: { name, role } }: { account: Account }) => {
  const { setColorScheme } = useMantineColorScheme();
  return (
    <Menu position="top-start" width={220} shadow="md">
      <Menu.Target>
        <UnstyledButton className={classes.account} aria-label={`Account of ${name}, ${role}`}>
          <span className={classes.avatar} aria-hidden="true">
            {name.slice(0, 1).toUpperCase()}
          </span>
          <span className={classes.who}>
            <span className={classes.name}>{name}</span>
            <span className={classes.role}>{role}</span>
          </span>
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>
          {name} · {role}
        </Menu.Label>
        <Menu.Item
          leftSection={<IconDeviceDesktop size={16} aria-hidden="true" />}
          onClick={() => setColorScheme('auto')}
        >
          Follow the system's theme
        </Menu.Item>
        <Menu.Item
          leftSection={<IconLogout size={16} aria-hidden="true" />}
          onClick={() => void signOut({ callbackUrl: routes.login() })}
        >
          Sign out
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
};
