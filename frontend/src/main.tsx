import "@mantine/core/styles.css";
import "@mantine/notifications/styles.css";
import "@/components/global.css";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { RouterProvider } from "react-router/dom";
import { Providers } from "@/app/providers";
import { router } from "@/app/router";

// After an update the old page asks for chunks that are gone: one reload brings the new ones.
window.addEventListener("vite:preloadError", (event) => {
  const key = "tessera-reloaded";
  if (Date.now() - Number(sessionStorage.getItem(key)) < 10_000) return;
  event.preventDefault();
  sessionStorage.setItem(key, String(Date.now()));
  window.location.reload();
});

const root = document.getElementById("root");
if (!root) throw new Error("index.html has no #root");
createRoot(root).render(
  <StrictMode>
    <Providers>
      <RouterProvider router={router} />
    </Providers>
  </StrictMode>,
);
