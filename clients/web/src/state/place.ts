export { placeOf } from "@natternet/sdk";
