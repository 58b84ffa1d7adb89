import { Button, PasswordInput, Stack, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { Navigate, useNavigate } from "react-router";
import { formErrors } from "@/api/problem";
import { ProblemAlert } from "@/components/ProblemAlert";
import { useSession, useSetUp } from "../api/session";
import { AuthCard } from "./AuthCard";

export function SetUp() {
  const navigate = useNavigate();
  const session = useSession();
  const setUp = useSetUp();
  const form = useForm({
    initialValues: { name: "", email: "", password: "", workspace: "My workspace" },
    validate: {
      email: (value) => (/^\S+@\S+$/.test(value) ? null : "Enter an email address."),
      password: (value) => (value.length >= 8 ? null : "Use at least 8 characters."),
      workspace: (value) => (value.trim() === "" ? "Name the workspace." : null),
    },
  });
  if (session.data && !session.data.setup_required && !setUp.isPending) return <Navigate to="/projects" replace />;

  const submit = form.onSubmit((values) =>
    setUp.mutate(values, {
      onSuccess: () => void navigate("/projects", { replace: true }),
      onError: (error) => form.setErrors(formErrors(error)),
    }),
  );
  return (
    <AuthCard title="Welcome to Tessera" sub="Create the first account. It owns the workspace and can invite others.">
      <form onSubmit={submit} noValidate>
        <Stack gap="sm">
          <TextInput label="Your name" maxLength={120} autoComplete="name" autoFocus {...form.getInputProps("name")} />
          <TextInput label="Email" type="email" autoComplete="username" {...form.getInputProps("email")} />
          <PasswordInput
            label="Password"
            description="At least 8 characters"
            autoComplete="new-password"
           
            {...form.getInputProps("password")}
          />
          <TextInput label="Workspace" maxLength={120} {...form.getInputProps("workspace")} />
          <ProblemAlert error={setUp.error} known={Object.keys(form.values)} />
          <Button type="submit" loading={setUp.isPending} fullWidth mt={4}>
            Create owner account
          </Button>
        </Stack>
      </form>
    </AuthCard>
  );
}
