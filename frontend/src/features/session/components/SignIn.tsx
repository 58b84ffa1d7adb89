import { Alert, Button, PasswordInput, Stack, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { Navigate, useNavigate, useSearchParams } from "react-router";
import { ProblemError } from "@/api/problem";
import { IconAlert, IconInfo } from "@/components/icons";
import { ProblemAlert } from "@/components/ProblemAlert";
import { useSession, useSignIn } from "../api/session";
import { safeReturn } from "../model/access";
import { AuthCard } from "./AuthCard";

export function SignIn() {
  const [search] = useSearchParams();
  const navigate = useNavigate();
  const session = useSession();
  const signIn = useSignIn();
  const next = safeReturn(search.get("next"));
  const form = useForm({
    initialValues: { email: "", password: "" },
    validate: {
      email: (value) => (value.trim() === "" ? "Enter your email address." : null),
      password: (value) => (value === "" ? "Enter your password." : null),
    },
  });
  if (session.data?.setup_required === true) return <Navigate to="/setup" replace />;
  if (session.data?.user && !signIn.isPending) return <Navigate to={next} replace />;

  const wrongPair =
    signIn.error instanceof ProblemError && signIn.error.status === 403 && signIn.error.problem.detail.includes("password");
  const submit = form.onSubmit((values) =>
    signIn.mutate(values, { onSuccess: () => void navigate(next, { replace: true }) }),
  );
  return (
    <AuthCard title="Sign in to Tessera">
      {session.data?.ended === true && (
        <Alert icon={<IconInfo />} mb="sm" role="status">
          Your session ended, sign in to go on.
        </Alert>
      )}
      <form onSubmit={submit} noValidate>
        <Stack gap="sm">
          <TextInput label="Email" type="email" autoComplete="username" autoFocus {...form.getInputProps("email")} />
          <PasswordInput label="Password" autoComplete="current-password" {...form.getInputProps("password")} />
          {wrongPair ? (
            <Alert color="red" variant="light" icon={<IconAlert />} role="alert">
              The email address and the password do not belong together.
            </Alert>
          ) : (
            <ProblemAlert error={signIn.error} />
          )}
          <Button type="submit" loading={signIn.isPending} fullWidth mt={4}>
            Sign in
          </Button>
        </Stack>
      </form>
    </AuthCard>
  );
}
