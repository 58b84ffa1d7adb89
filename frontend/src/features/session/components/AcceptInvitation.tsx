import { Button, PasswordInput, Stack, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useNavigate, useSearchParams } from "react-router";
import { formErrors } from "@/api/problem";
import { ProblemAlert } from "@/components/ProblemAlert";
import { useAcceptInvitation, useSession } from "../api/session";
import { AuthCard } from "./AuthCard";

export function AcceptInvitation() {
  const navigate = useNavigate();
  const [search] = useSearchParams();
  const session = useSession();
  const accept = useAcceptInvitation();
  const form = useForm({
    initialValues: { token: search.get("token") ?? "", name: "", password: "" },
    validate: {
      token: (value) => (value.trim() === "" ? "Paste the token of your invitation." : null),
      password: (value) => (value.length >= 8 ? null : "Use at least 8 characters."),
    },
  });
  const submit = form.onSubmit((values) =>
    accept.mutate(values, {
      onSuccess: () => void navigate("/projects", { replace: true }),
      onError: (error) => form.setErrors(formErrors(error)),
    }),
  );
  return (
    <AuthCard title="Join the workspace" sub="Choose a name and a password for your account.">
      <form onSubmit={submit} noValidate>
        <Stack gap="sm">
          {search.get("token") === null && <TextInput label="Invitation token" {...form.getInputProps("token")} />}
          <TextInput label="Your name" maxLength={120} autoComplete="name" autoFocus {...form.getInputProps("name")} />
          <PasswordInput
            label="Password"
            description="At least 8 characters"
            autoComplete="new-password"
            {...form.getInputProps("password")}
          />
          <ProblemAlert error={session.error} doing="Opening Tessera" onRetry={() => void session.refetch()} />
          <ProblemAlert error={accept.error} known={Object.keys(form.values)} />
          <Button type="submit" loading={accept.isPending} fullWidth mt={4}>
            Join
          </Button>
        </Stack>
      </form>
    </AuthCard>
  );
}
