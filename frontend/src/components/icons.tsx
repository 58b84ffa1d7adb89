import type { SVGProps } from "react";

type Props = SVGProps<SVGSVGElement> & { size?: number };

/** An icon of one path on a 24-pixel grid. */
export function icon(d: string) {
  function Icon({ size = 16, ...props }: Props) {
    return (
      <svg
        width={size}
        height={size}
        viewBox="0 0 24 24"
        fill="none"
        stroke="currentColor"
        strokeWidth={1.8}
        strokeLinecap="round"
        strokeLinejoin="round"
        aria-hidden="true"
        focusable="false"
        {...props}
      >
        <path d={d} />
      </svg>
    );
  }
  return Icon;
}

export const IconPlus = icon("M12 5v14M5 12h14");
export const IconClose = icon("M6 6l12 12M18 6L6 18");
export const IconCheck = icon("M5 12.5l4.5 4.5L19 7.5");
export const IconAlert = icon("M12 9v4m0 3.5v.01M10.3 4.2L2.9 17a2 2 0 0 0 1.7 3h14.8a2 2 0 0 0 1.7-3L13.7 4.2a2 2 0 0 0-3.4 0z");
export const IconInfo = icon("M12 11v5m0-8.5v.01M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18z");
export const IconUpload = icon("M12 16V5m-4.5 4L12 4.5 16.5 9M4 16v2.5A1.5 1.5 0 0 0 5.5 20h13a1.5 1.5 0 0 0 1.5-1.5V16");
export const IconDownload = icon("M12 4v11m-4.5-4L12 15.5 16.5 11M4 16v2.5A1.5 1.5 0 0 0 5.5 20h13a1.5 1.5 0 0 0 1.5-1.5V16");
export const IconTrash = icon("M4 7h16M9.5 7V4.5h5V7M6 7l1 13h10l1-13M10 11v5.5M14 11v5.5");
export const IconEdit = icon("M4 20l1-4.5L16 4.5a2.1 2.1 0 0 1 3 3L8 18.5 4 20zM14 6.5l3 3");
export const IconCopy = icon("M9 9h11v11H9zM5 15H4V4h11v1");
export const IconChevronLeft = icon("M15 5l-7 7 7 7");
export const IconChevronRight = icon("M9 5l7 7-7 7");
export const IconChevronUp = icon("M5 15l7-7 7 7");
export const IconChevronDown = icon("M5 9l7 7 7-7");
export const IconSearch = icon("M11 18a7 7 0 1 0 0-14 7 7 0 0 0 0 14zM16 16l4.5 4.5");
export const IconSun = icon("M12 16a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM12 2.5V4m0 16v1.5M2.5 12H4m16 0h1.5M5.3 5.300l1 1m11.4 11.400l1 1m0-13.400l-1 1M6.3 17.700l-1 1");
export const IconMoon = icon("M20 14.5A8.5 8.5 0 1 1 9.5 4a7 7 0 0 0 10.5 10.5z");
export const IconAuto = icon("M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM12 3v18M12 7h6.5M12 12h9M12 17h6.5");
export const IconUser = icon("M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM4.5 20.5c.8-3.5 3.8-5.5 7.5-5.5s6.7 2 7.5 5.5");
export const IconUsers = icon("M9 11.5a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7zM2.5 20c.6-3.3 3.2-5 6.5-5s5.9 1.7 6.5 5M16 4.800a3.5 3.5 0 0 1 0 6.400M18 15.300c1.9.7 3.1 2.3 3.5 4.7");
export const IconKey = icon("M8 15.5a4.5 4.5 0 1 0 0-9 4.5 4.5 0 0 0 0 9zM12.5 11H21m-3 0v3.5");
export const IconImages = icon("M7 4h13v13H7zM4 8v12h12M7 14l4-4 3.5 3.5L17 11l3 3");
export const IconTag = icon("M4 4h7.5L20 12.5 12.5 20 4 11.5zM8 8v.01");
export const IconTransfer = icon("M8 20V5m-4 4l4-4.5L12 9m4-5v15m-4-4l4 4.5 4-4.5");
export const IconSnapshot = icon("M12 3l8.5 4.5v9L12 21l-8.5-4.5v-9zM3.5 7.5L12 12l8.5-4.5M12 12v9");
export const IconTrain = icon("M4 20V4m0 16h16M7.5 15.5l3.5-5 3 2.5 5-7");
export const IconRuns = icon("M5 6h2m4 0h8M5 12h2m4 0h8M5 18h2m4 0h8");
export const IconArtifact = icon("M12 3l3 6 6 .8-4.5 4.2 1.2 6L12 17l-5.7 3 1.2-6L3 9.8 9 9z");
export const IconDeploy = icon("M4 5h16v6H4zM4 13h16v6H4zM7.5 8v.01M7.5 16v.01M11 8h5m-5 8h5");
export const IconSettings = icon("M4 7h9m5 0h2M4 17h2m5 0h9M15.5 9.5a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5zM8.5 19.5a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5z");
export const IconPlay = icon("M7 4.5l12 7.5-12 7.5z");
export const IconPause = icon("M8.500 5v14M15.500 5v14");
export const IconStop = icon("M6 6h12v12H6z");
export const IconComment = icon("M4 5h16v11.5H10L5.500 20.500v-4H4z");
export const IconHistory = icon("M4 12a8 8 0 1 1 2.5 5.800M4 4.5V9h4.5M12 8v4.5l3 2");
export const IconEye = icon("M2.5 12S6 5.5 12 5.5 21.5 12 21.5 12 18 18.5 12 18.5 2.5 12 2.5 12zM12 15a3 3 0 1 0 0-6 3 3 0 0 0 0 6z");
export const IconFit = icon("M4 9V4h5m6 0h5v5m0 6v5h-5m-6 0H4v-5");
export const IconZoomIn = icon("M11 18a7 7 0 1 0 0-14 7 7 0 0 0 0 14zM16 16l4.5 4.5M11 8v6m-3-3h6");
export const IconZoomOut = icon("M11 18a7 7 0 1 0 0-14 7 7 0 0 0 0 14zM16 16l4.5 4.5M8 11h6");
export const IconKeyboard = icon("M3 6h18v12H3zM6.5 10v.01M10 10v.01M14 10v.01M17.5 10v.01M8 14h8");
export const IconRefresh = icon("M20 12a8 8 0 1 1-2.5-5.800M20 4.5V9h-4.5");
export const IconMore = icon("M5 12v.01M12 12v.01M19 12v.01");
export const IconSignOut = icon("M10 4H5v16h5M14 8l4.5 4L14 16M18 12H9");
export const IconDrag = icon("M9 6v.01M9 12v.01M9 18v.01M15 6v.01M15 12v.01M15 18v.01");
export const IconLayers = icon("M12 3l9 4.5-9 4.5-9-4.5zM3 12l9 4.5 9-4.5M3 16.5L12 21l9-4.5");
export const IconWand = icon("M5 20L15.5 9.5m-2-2l3 3M17 3.5v3M15.5 5h3M20 11v2m-1-1h2M9 4.5v2m-1-1h2");
export const IconChip = icon("M7 7h10v10H7zM10 10h4v4h-4zM9.5 3.5V7m5-3.5V7m-5 10v3.5m5-3.5v3.5M3.5 9.5H7m-3.5 5H7m10-5h3.5m-3.5 5h3.5");
export const IconDice = icon("M5 5h14v14H5zM9 9v.01M15 15v.01M15 9v.01M9 15v.01M12 12v.01");
export const IconReset = icon("M9 14L4 9l5-5M4 9h10a6 6 0 0 1 0 12h-3");
export const IconFile = icon("M6 3h8l4.5 4.5V21H6zM13.5 3v5h5");
export const IconCompare = icon("M4 17l4.5-7 4 4.500L20 5M4 20h16M14.5 5H20v5.500");
export const IconSweep = icon("M5 20V9m0-3V4M12 20v-5m0-3V4M19 20v-9m0-3V4M3 9h4m3 6h4m3-4h4");
export const IconSort = icon("M8 5v14m-3.500-3.500L8 19l3.500-3.500M16 19V5m-3.500 3.500L16 5l3.500 3.500");
