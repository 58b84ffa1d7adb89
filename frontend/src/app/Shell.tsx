import { type ReactNode, Suspense } from "react";
import { Navigate, Outlet, ScrollRestoration, useLocation, useNavigate } from "react-router";
import { Box } from "@mantine/core";
import { ProblemAlert } from "@/components/ProblemAlert";
import { useShortcut } from "@/components/shortcuts";
import { useSession } from "@/features/session/api/session";
import { Header } from "./Header";
import { PageLoading } from "./PageLoading";
import classes from "./Shell.module.css";
import { ShortcutSheet } from "./ShortcutSheet";

/** Everything behind signing in. */
export function Shell() {
  return (
    <Gate>
      <SignedIn />
    </Gate>
  );
}

/** A page that takes the whole window: signed in like the rest, but without header and tabs. With `sheet` its keys are listed at `?`. */
export function WholeWindow({ sheet = false }: { sheet?: boolean }) {
  return (
    <Gate>
      <Suspense fallback={<PageLoading />}>
        <Outlet />
      </Suspense>
      {sheet && <ShortcutSheet />}
    </Gate>
  );
}

function Gate({ children }: { children: ReactNode }) {
  const session = useSession();
  const { pathname, search } = useLocation();
  if (session.error && !session.data) {
    return (
      <Box maw={560} mx="auto" p="xl">
        <ProblemAlert error={session.error} doing="Opening Tessera" onRetry={() => void session.refetch()} />
      </Box>
    );
  }
  if (!session.data) return <PageLoading />;
  if (session.data.setup_required) return <Navigate to="/setup" replace />;
  if (!session.data.user) return <Navigate to={`/sign-in?next=${encodeURIComponent(pathname + search)}`} replace />;
  return children;
}

function SignedIn() {
  const navigate = useNavigate();
  useShortcut("g p", "Go to projects", () => void navigate("/projects"), "Everywhere");
  useShortcut("g h", "Go to hardware", () => void navigate("/hardware"), "Everywhere");
  useShortcut("g k", "Go to API keys", () => void navigate("/keys"), "Everywhere");
  useShortcut("g m", "Go to members", () => void navigate("/members"), "Everywhere");
  return (
    <div className={classes.shell}>
      <a className={classes.skip} href="#content">
        Skip to content
      </a>
      <Header />
      <main id="content" className={classes.main} tabIndex={-1}>
        <Suspense fallback={<PageLoading />}>
          <Outlet />
        </Suspense>
      </main>
      <ShortcutSheet />
      <ScrollRestoration />
    </div>
  );
}
