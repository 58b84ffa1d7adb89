import {
  ActionIcon,
  Alert,
  Badge,
  Button,
  createTheme,
  type MantineColorsTuple,
  Modal,
  PasswordInput,
  Skeleton,
  Table,
  Tooltip,
} from "@mantine/core";

/** Glazed-tile green: the mark's colour in Mantine's ten shades. */
const tile: MantineColorsTuple = [
  "#e6f7f4",
  "#d3ece7",
  "#a8d8cf",
  "#79c4b6",
  "#51b3a1",
  "#37a894",
  "#279f8b",
  "#108a77",
  "#007b69",
  "#006b5a",
];

const font = 'ui-sans-serif, system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif';

export const theme = createTheme({
  primaryColor: "tile",
  primaryShade: { light: 8, dark: 7 },
  colors: { tile },
  autoContrast: true,
  luminanceThreshold: 0.36,
  defaultRadius: 6,
  cursorType: "pointer",
  fontFamily: font,
  fontFamilyMonospace: 'ui-monospace, "SF Mono", "Cascadia Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace',
  fontSizes: { xs: "12px", sm: "13px", md: "14px", lg: "16px", xl: "19px" },
  headings: {
    fontFamily: font,
    fontWeight: "620",
    sizes: {
      h1: { fontSize: "24px" },
      h2: { fontSize: "21px" },
      h3: { fontSize: "19px" },
      h4: { fontSize: "16px" },
      h5: { fontSize: "14px" },
    },
  },
  components: {
    Button: Button.extend({ defaultProps: { size: "sm" } }),
    ActionIcon: ActionIcon.extend({ defaultProps: { size: 30 } }),
    Alert: Alert.extend({ styles: { title: { fontSize: 13 }, message: { fontSize: 13 } } }),
    Badge: Badge.extend({ defaultProps: { radius: "sm" }, styles: { root: { minWidth: "max-content" } } }),
    Modal: Modal.extend({
      defaultProps: { centered: true, transitionProps: { duration: 120 } },
      styles: { title: { fontWeight: 600, fontSize: 16 } },
    }),
    PasswordInput: PasswordInput.extend({
      defaultProps: { visibilityToggleButtonProps: { "aria-label": "Show what is typed" } },
    }),
    Skeleton: Skeleton.extend({ defaultProps: { radius: "sm" }, styles: { root: { minWidth: "max-content" } } }),
    Table: Table.extend({ defaultProps: { verticalSpacing: 7, horizontalSpacing: "sm", fz: "sm" } }),
    Tooltip: Tooltip.extend({ defaultProps: { openDelay: 350, withArrow: false, fz: 12, events: { hover: true, focus: true, touch: false } } }),
  },
});
