/* store_hall.h - the room that the contract's tests are mostly about, and its people. For tests only. */
#pragma once

#include "store/store_contract.h"

static const user_id ANNA = {11}, BEN = {12};
static UNUSED const user_id CARL = {13};
static const room_id HALL = {77};

static UNUSED void make_hall(void)
{
    make_room(HALL, ROOM_GROUP, "Hall", (user_id[]){ANNA, BEN}, 2); /* seq 1 .. 3 */
}

static UNUSED struct room_view get_view(room_id id, user_id user)
{
    struct room_view view = {0};
    READING (conn)
        assert_int_equal(store_room_view(conn, id, user, &arena, &view), 0);
    return view;
}
