import { ActionIcon, Menu, SegmentedControl, Text, Tooltip, useMantineColorScheme } from "@mantine/core";
import { Link, NavLink, useNavigate } from "react-router";
import { IconAuto, IconKey, IconKeyboard, IconMoon, IconSignOut, IconSun, IconUser, IconUsers } from "@/components/icons";
import { Logo } from "@/components/Logo";
import { notifyProblem } from "@/components/notify";
import { useSession, useSignOut } from "@/features/session/api/session";
import classes from "./Shell.module.css";
import { openShortcutSheet } from "./sheetState";

const SCHEMES = [
  { value: "light", label: "Light", Icon: IconSun },
  { value: "dark", label: "Dark", Icon: IconMoon },
  { value: "auto", label: "Auto", Icon: IconAuto },
];

export function Header() {
  return (
    <header className={classes.header}>
      <Link to="/projects" className={classes.brand} aria-label="Tessera, all projects">
        <Logo />
        <span className={classes.wide}>Tessera</span>
      </Link>
      <nav aria-label="Main" style={{ display: "flex", gap: 2 }}>
        <NavLink to="/projects" className={classes.link}>
          Projects
        </NavLink>
        <NavLink to="/hardware" className={classes.link}>
          Hardware
        </NavLink>
        <NavLink to="/keys" className={`${classes.link} ${classes.wide}`}>
          API keys
        </NavLink>
        <NavLink to="/members" className={`${classes.link} ${classes.wide}`}>
          Members
        </NavLink>
      </nav>
      <div className={classes.spacer} />
      <Tooltip label="Keyboard shortcuts (?)">
        <ActionIcon
          variant="subtle"
          color="gray"
          className={classes.wide}
          aria-label="Keyboard shortcuts"
          onClick={openShortcutSheet}
        >
          <IconKeyboard />
        </ActionIcon>
      </Tooltip>
      <AccountMenu />
    </header>
  );
}

function AccountMenu() {
  const session = useSession();
  const signOut = useSignOut();
  const navigate = useNavigate();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const user = session.data?.user;
  return (
    <Menu position="bottom-end" width={252} closeOnItemClick>
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" aria-label="Account menu">
          <IconUser size={18} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <div style={{ padding: "6px 12px 8px" }}>
          <Text size="sm" fw={600} truncate>
            {user?.name !== "" ? user?.name : user?.email}
          </Text>
          <Text size="xs" c="dimmed" truncate>
            {user?.email}
          </Text>
        </div>
        <div style={{ padding: "0 8px 8px" }}>
          <SegmentedControl
            fullWidth
            size="xs"
            aria-label="Colour scheme"
            value={colorScheme}
            onChange={(value) => setColorScheme(value as typeof colorScheme)}
            data={SCHEMES.map(({ value, label, Icon }) => ({
              value,
              label: (
                <span style={{ display: "inline-flex", gap: 5, alignItems: "center" }}>
                  <Icon size={13} />
                  {label}
                </span>
              ),
            }))}
          />
        </div>
        <Menu.Divider />
        <Menu.Item leftSection={<IconKey />} component={Link} to="/keys">
          API keys
        </Menu.Item>
        <Menu.Item leftSection={<IconUsers />} component={Link} to="/members">
          Members
        </Menu.Item>
        <Menu.Item leftSection={<IconKeyboard />} onClick={openShortcutSheet}>
          Keyboard shortcuts
        </Menu.Item>
        <Menu.Divider />
        <Menu.Item
          leftSection={<IconSignOut />}
          onClick={() =>
            signOut.mutate(undefined, {
              onSuccess: () => void navigate("/sign-in"),
              onError: (error) => notifyProblem("Signing out", error),
            })
          }
        >
          Sign out
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
