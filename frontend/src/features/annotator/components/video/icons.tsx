import { icon } from "@/components/icons";

export const IconPause = icon("M8 5v14M16 5v14");
export const IconFrameBack = icon("M16 6l-8 6 8 6zM5 6v12");
export const IconFrameOn = icon("M8 6l8 6-8 6zM19 6v12");
export const IconKeyBack = icon("M7 12l5-5 5 5-5 5zM4 6v12");
export const IconKeyOn = icon("M7 12l5-5 5 5-5 5zM20 6v12");
export const IconKeyframe = icon("M12 5l7 7-7 7-7-7z");
export const IconOutside = icon("M4 12h7M11 7v10M14 7l6 10M20 7l-6 10");
export const IconPropagate = icon("M4 8h5v8H4zM12 12h8m-3.500-3.500L20 12l-3.500 3.500");
