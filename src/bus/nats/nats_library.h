/* nats_library.h - libnats, loaded when it is asked for: a server that runs alone neither maps nor
 * initialises it, and runs where it is not installed. Private to bus/nats.
 *
 * As in store/mongo/mongo_library.h each function below is called by its own name, through the table.
 * Thread: load from the main thread, before the first connection; then any. */
#pragma once

#include <nats/nats.h>
#include <stddef.h>

/* clang-format off */
#define NATS_FUNCTIONS(X) \
    X(nats_CloseAndWait) \
    X(nats_Open) \
    X(natsConnection_Connect) \
    X(natsConnection_Destroy) \
    X(natsConnection_IsClosed) \
    X(natsConnection_Publish) \
    X(natsConnection_Status) \
    X(natsConnection_Subscribe) \
    X(natsMsg_Destroy) \
    X(natsMsg_GetData) \
    X(natsMsg_GetDataLength) \
    X(natsOptions_Create) \
    X(natsOptions_Destroy) \
    X(natsOptions_LoadCATrustedCertificates) \
    X(natsOptions_SetClosedCB) \
    X(natsOptions_SetDisconnectedCB) \
    X(natsOptions_SetErrorHandler) \
    X(natsOptions_SetExpectedHostname) \
    X(natsOptions_SetMaxPingsOut) \
    X(natsOptions_SetMaxReconnect) \
    X(natsOptions_SetName) \
    X(natsOptions_SetNoEcho) \
    X(natsOptions_SetPingInterval) \
    X(natsOptions_SetReconnectWait) \
    X(natsOptions_SetReconnectedCB) \
    X(natsOptions_SetRetryOnFailedConnect) \
    X(natsOptions_SetSecure) \
    X(natsOptions_SetServers) \
    X(natsOptions_SetTimeout) \
    X(natsOptions_SetWriteDeadline) \
    X(natsOptions_UseGlobalMessageDelivery) \
    X(natsStatus_GetText) \
    X(natsSubscription_Destroy)
/* clang-format on */

struct nats_library {
    void *handle;
#define X(name) __typeof__(name) *name;
    NATS_FUNCTIONS(X)
#undef X
};
extern struct nats_library nats_library;

/* 0, also where it is there already, or -errno and in `why` what to install. */
int nats_library_load(char *why, size_t size);
/* Waits so long for its threads to end; then nothing of ours is called any more. Load it again before it is used again. */
void nats_library_close(int64_t ms);

#ifndef NATS_LIBRARY_ITSELF
/* clang-format off */
#define nats_CloseAndWait (*nats_library.nats_CloseAndWait)
#define nats_Open (*nats_library.nats_Open)
#define natsConnection_Connect (*nats_library.natsConnection_Connect)
#define natsConnection_Destroy (*nats_library.natsConnection_Destroy)
#define natsConnection_IsClosed (*nats_library.natsConnection_IsClosed)
#define natsConnection_Publish (*nats_library.natsConnection_Publish)
#define natsConnection_Status (*nats_library.natsConnection_Status)
#define natsConnection_Subscribe (*nats_library.natsConnection_Subscribe)
#define natsMsg_Destroy (*nats_library.natsMsg_Destroy)
#define natsMsg_GetData (*nats_library.natsMsg_GetData)
#define natsMsg_GetDataLength (*nats_library.natsMsg_GetDataLength)
#define natsOptions_Create (*nats_library.natsOptions_Create)
#define natsOptions_Destroy (*nats_library.natsOptions_Destroy)
#define natsOptions_LoadCATrustedCertificates (*nats_library.natsOptions_LoadCATrustedCertificates)
#define natsOptions_SetClosedCB (*nats_library.natsOptions_SetClosedCB)
#define natsOptions_SetDisconnectedCB (*nats_library.natsOptions_SetDisconnectedCB)
#define natsOptions_SetErrorHandler (*nats_library.natsOptions_SetErrorHandler)
#define natsOptions_SetExpectedHostname (*nats_library.natsOptions_SetExpectedHostname)
#define natsOptions_SetMaxPingsOut (*nats_library.natsOptions_SetMaxPingsOut)
#define natsOptions_SetMaxReconnect (*nats_library.natsOptions_SetMaxReconnect)
#define natsOptions_SetName (*nats_library.natsOptions_SetName)
#define natsOptions_SetNoEcho (*nats_library.natsOptions_SetNoEcho)
#define natsOptions_SetPingInterval (*nats_library.natsOptions_SetPingInterval)
#define natsOptions_SetReconnectWait (*nats_library.natsOptions_SetReconnectWait)
#define natsOptions_SetReconnectedCB (*nats_library.natsOptions_SetReconnectedCB)
#define natsOptions_SetRetryOnFailedConnect (*nats_library.natsOptions_SetRetryOnFailedConnect)
#define natsOptions_SetSecure (*nats_library.natsOptions_SetSecure)
#define natsOptions_SetServers (*nats_library.natsOptions_SetServers)
#define natsOptions_SetTimeout (*nats_library.natsOptions_SetTimeout)
#define natsOptions_SetWriteDeadline (*nats_library.natsOptions_SetWriteDeadline)
#define natsOptions_UseGlobalMessageDelivery (*nats_library.natsOptions_UseGlobalMessageDelivery)
#define natsStatus_GetText (*nats_library.natsStatus_GetText)
#define natsSubscription_Destroy (*nats_library.natsSubscription_Destroy)
/* clang-format on */
#endif
