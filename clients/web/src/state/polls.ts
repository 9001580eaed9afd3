export { isPollClosed } from "@natternet/sdk";
