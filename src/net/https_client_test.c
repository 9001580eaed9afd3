/* The client against a server of OpenSSL's own, in a thread, that answers each connection with the
 * next of some prepared texts. */
#include "net/https_client.h"

#include <arpa/inet.h>
#include <pthread.h>
#include <signal.h>

#include "net/tls_testing.h"

struct scene {
    int listener;
    char url[64];
    SSL_CTX *context;
    const char *answer;
    bool rude; /* ends without close_notify */
    char heard[4096];
    pthread_t thread;
};

static struct pems ours, other;
static struct arena arena;
static char why[HTTPS_WHY_SIZE];
static const struct https_times times = {.connect_ms = 5000, .answer_ms = 5000};

static int make(void **state)
{
    (void)state;
    signal(SIGPIPE, SIG_IGN);
    pems_make(&ours, "localhost", 90, false);
    pems_make(&other, "elsewhere", 90, false);
    return 0;
}

static int clean(void **state)
{
    (void)state;
    pems_remove(&ours);
    pems_remove(&other);
    arena_deinit(&arena);
    return 0;
}

static void *serve(void *arg)
{
    struct scene *scene = arg;
    int fd = accept(scene->listener, NULL, NULL);
    SSL *ssl = SSL_new(scene->context);
    SSL_set_fd(ssl, fd);
    size_t have = 0, len;
    while (SSL_accept(ssl) == 1 && !strstr(scene->heard, "\r\n\r\n") &&
           SSL_read_ex(ssl, scene->heard + have, sizeof(scene->heard) - have - 1, &len) == 1)
        have += len;
    for (const char *at = scene->answer; *at && SSL_write(ssl, at, 1) == 1; at++)
        ;
    if (!scene->rude)
        SSL_shutdown(ssl);
    SSL_free(ssl);
    close(fd);
    return NULL;
}

static void scene_open(struct scene *scene, const struct pems *pems, const char *answer)
{
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof(at);
    *scene = (struct scene){.answer = answer, .context = SSL_CTX_new(TLS_server_method())};
    assert_int_equal(SSL_CTX_use_certificate_chain_file(scene->context, pems->cert), 1);
    assert_int_equal(SSL_CTX_use_PrivateKey_file(scene->context, pems->key, SSL_FILETYPE_PEM), 1);
    scene->listener = socket(AF_INET, SOCK_STREAM, 0);
    assert_int_equal(bind(scene->listener, (struct sockaddr *)&at, sizeof(at)), 0);
    assert_int_equal(listen(scene->listener, 8), 0);
    assert_int_equal(getsockname(scene->listener, (struct sockaddr *)&at, &size), 0);
    snprintf(scene->url, sizeof(scene->url), "https://localhost:%u/x?y", ntohs(at.sin_port));
    assert_int_equal(pthread_create(&scene->thread, NULL, serve, scene), 0);
}

static int ask(struct scene *scene, const char *ca, struct http_reply **reply)
{
    OWN(https_client_free) struct https_client *client = NULL;
    if (https_client_new(&client, ca, &times, why) != 0)
        return -EINVAL;
    const struct https_question question = {.method = STR("POST"),
                                            .url = str_from_c(scene->url),
                                            .type = STR("text/plain"),
                                            .body = STR("ping"),
                                            .reply_max = 64};
    int rc = https_ask(client, &question, &arena, reply, why);
    pthread_join(scene->thread, NULL);
    close(scene->listener);
    SSL_CTX_free(scene->context);
    return rc;
}

static void a_server_with_a_trusted_certificate_is_asked(void **state)
{
    (void)state;
    struct scene scene;
    OWN(http_reply_free) struct http_reply *reply = NULL;
    scene_open(&scene, &ours, "HTTP/1.1 418 Teapot\r\nX: y\r\nContent-Length: 4\r\n\r\npong");
    assert_int_equal(ask(&scene, ours.cert, &reply), 0);
    assert_int_equal(http_reply_status(reply), 418);
    assert_true(str_eq(http_reply_body(reply), STR("pong")));
    assert_ptr_equal(strstr(scene.heard, "POST /x?y HTTP/1.1\r\nHost: localhost:"), scene.heard);
    assert_non_null(strstr(scene.heard, "\r\nContent-Length: 4\r\n"));
}

static void assert_fails(const struct pems *pems, const char *answer, bool rude, int rc,
                         const char *says)
{
    struct scene scene;
    struct http_reply *reply = NULL;
    scene_open(&scene, pems, answer);
    scene.rude = rude;
    assert_int_equal(ask(&scene, ours.cert, &reply), rc);
    assert_null(reply);
    if (!strstr(why, says) || !strstr(why, "localhost:"))
        fail_msg("\"%s\" does not say \"%s\"", why, says);
}

static void a_server_with_another_certificate_is_told_nothing(void **state)
{
    (void)state;
    assert_fails(&other, "HTTP/1.1 200 OK\r\n\r\n", false, -EACCES, "not trusted");
}

static void what_is_cut_or_too_long_is_no_answer(void **state)
{
    (void)state;
    assert_fails(&ours, "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\npong", false, -EPROTO, "cut");
    assert_fails(&ours, "HTTP/1.1 200 OK\r\nContent-Length: 65\r\n\r\n", false, -EPROTO,
                 "too long");
    /* Whoever cuts the wire must not pass for the end of an answer. */
    assert_fails(&ours, "HTTP/1.1 200 OK\r\n\r\npong", true, -EPROTO, "TLS");
    assert_fails(&ours, "", false, -EPROTO, "no HTTP");
}

static void who_cannot_be_reached_is_named(void **state)
{
    (void)state;
    OWN(https_client_free) struct https_client *client = NULL;
    struct http_reply *reply = NULL;
    assert_int_equal(https_client_new(&client, NULL, &times, why), 0);
    struct https_question question = {.method = STR("GET"), .url = STR("https://127.0.0.1:1/")};
    assert_int_equal(https_ask(client, &question, &arena, &reply, why), -ECONNREFUSED);
    assert_non_null(strstr(why, "127.0.0.1:1: it cannot be reached: Connection refused"));
    question.url = STR("http://localhost/");
    assert_int_equal(https_ask(client, &question, &arena, &reply, why), -EINVAL);
    assert_non_null(strstr(why, "no https URL"));
}

static void a_server_that_says_nothing_is_not_waited_for(void **state)
{
    (void)state;
    static const struct https_times short_times = {.connect_ms = 200, .answer_ms = 200};
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof(at);
    int listener = socket(AF_INET, SOCK_STREAM, 0);
    assert_int_equal(bind(listener, (struct sockaddr *)&at, sizeof(at)), 0);
    assert_int_equal(listen(listener, 8), 0);
    assert_int_equal(getsockname(listener, (struct sockaddr *)&at, &size), 0);
    char url[64];
    snprintf(url, sizeof(url), "https://127.0.0.1:%u/", ntohs(at.sin_port));
    OWN(https_client_free) struct https_client *client = NULL;
    struct http_reply *reply = NULL;
    assert_int_equal(https_client_new(&client, NULL, &short_times, why), 0);
    struct https_question question = {.method = STR("GET"), .url = str_from_c(url)};
    assert_int_equal(https_ask(client, &question, &arena, &reply, why), -ETIMEDOUT);
    close(listener);
}

static void a_file_of_roots_that_is_none_is_named(void **state)
{
    (void)state;
    struct https_client *client = NULL;
    assert_int_equal(https_client_new(&client, "/nowhere/root.pem", &times, why), -EINVAL);
    assert_non_null(strstr(why, "/nowhere/root.pem"));
    assert_int_equal(https_client_new(&client, ours.key, &times, why), -EINVAL);
    assert_null(client);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_server_with_a_trusted_certificate_is_asked),
        cmocka_unit_test(a_server_with_another_certificate_is_told_nothing),
        cmocka_unit_test(what_is_cut_or_too_long_is_no_answer),
        cmocka_unit_test(who_cannot_be_reached_is_named),
        cmocka_unit_test(a_server_that_says_nothing_is_not_waited_for),
        cmocka_unit_test(a_file_of_roots_that_is_none_is_named),
    };
    return cmocka_run_group_tests(tests, make, clean);
}
