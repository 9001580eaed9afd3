#include "auth/room_link.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "auth/keys.h"

static const room_id HALL = {0xfedcba9876543210};

static struct keys *keys_with(uint8_t mac_byte)
{
    uint8_t seed[KEYS_SEED_LEN] = {1}, mac[KEYS_MAC_LEN] = {mac_byte};
    return keys_from(seed, mac);
}

static void a_code_leads_to_its_room_and_link(void **state)
{
    (void)state;
    struct keys *keys = keys_with(1);
    char text[ROOM_LINK_SIZE];
    room_id room;
    uint64_t seq;
    struct str code = room_link_print(keys, HALL, 77, text);
    assert_int_equal(code.len, ROOM_LINK_LEN);
    assert_true(room_link_read(keys, code, &room, &seq));
    assert_true(room_id_eq(room, HALL));
    assert_int_equal(seq, 77);
    keys_free(keys);
}

static void a_code_with_another_character_anywhere_is_none(void **state)
{
    (void)state;
    struct keys *keys = keys_with(1);
    char text[ROOM_LINK_SIZE];
    room_id room;
    uint64_t seq;
    struct str code = room_link_print(keys, HALL, 77, text);
    for (size_t i = 0; i < code.len; i++) {
        char was = text[i];
        text[i] = was == 'A' ? 'B' : 'A';
        assert_false(room_link_read(keys, code, &room, &seq));
        text[i] = '~';
        assert_false(room_link_read(keys, code, &room, &seq));
        text[i] = was;
    }
    assert_true(room_link_read(keys, code, &room, &seq));
    keys_free(keys);
}

static void a_code_of_another_length_is_none(void **state)
{
    (void)state;
    struct keys *keys = keys_with(1);
    char text[ROOM_LINK_SIZE + 1] = {0};
    room_id room;
    uint64_t seq;
    (void)room_link_print(keys, HALL, 77, text);
    text[ROOM_LINK_LEN] = 'A';
    for (size_t len = 0; len <= ROOM_LINK_SIZE; len++)
        assert_int_equal(room_link_read(keys, (struct str){text, len}, &room, &seq),
                         len == ROOM_LINK_LEN);
    keys_free(keys);
}

static void a_code_made_with_another_key_is_none(void **state)
{
    (void)state;
    struct keys *ours = keys_with(1), *theirs = keys_with(2);
    char text[ROOM_LINK_SIZE];
    room_id room;
    uint64_t seq;
    assert_false(room_link_read(ours, room_link_print(theirs, HALL, 77, text), &room, &seq));
    keys_free(ours);
    keys_free(theirs);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_code_leads_to_its_room_and_link),
        cmocka_unit_test(a_code_with_another_character_anywhere_is_none),
        cmocka_unit_test(a_code_of_another_length_is_none),
        cmocka_unit_test(a_code_made_with_another_key_is_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
