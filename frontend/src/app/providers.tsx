import { MantineProvider } from "@mantine/core";
import { Notifications } from "@mantine/notifications";
import { QueryClientProvider } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { whenUnauthenticated } from "@/api/client";
import { queryClient } from "@/api/query";
import { theme } from "./theme";

// A session that ended on the server sends the page back to signing in.
whenUnauthenticated(() => void queryClient.invalidateQueries({ queryKey: ["session"] }));

export function Providers({ children }: { children: ReactNode }) {
  return (
    <MantineProvider theme={theme} defaultColorScheme="auto">
      <QueryClientProvider client={queryClient}>{children}</QueryClientProvider>
      <Notifications position="bottom-left" limit={3} containerWidth={380} zIndex={400} />
    </MantineProvider>
  );
}
