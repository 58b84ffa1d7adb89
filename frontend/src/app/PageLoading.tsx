import { Center, Loader } from "@mantine/core";

export function PageLoading() {
  return (
    <Center mih="60dvh">
      <Loader size="sm" aria-label="Loading" />
    </Center>
  );
}
