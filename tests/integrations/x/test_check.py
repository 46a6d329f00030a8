"""What is wrong with an account, found without posting; and that nothing secret is ever logged."""

import logging

import structlog

from integrations.sandbox.x_server import Trouble


async def test_a_sound_account_has_no_faults(x, network):
    faults = await network().check()

    assert faults == []
    assert {method for method, _, _ in x.calls} == {"GET"}


async def test_wrong_keys_are_named_with_their_cure(network):
    faults = await network(consumer_key="wrong").check()

    assert len(faults) == 1
    assert "does not accept the keys" in faults[0]
    assert "Make new keys" in faults[0]


async def test_keys_of_another_account_are_noticed(network):
    faults = await network(handle="somebody_else").check()

    assert faults == ["Account 'main': the keys belong to @harrowmere, not to @somebody_else: mend handle or the keys."]


async def test_a_handle_in_other_capitals_is_the_same_account(network):
    assert await network(handle="HarrowMere").check() == []


async def test_keys_that_may_only_read_cannot_send_replies(x, network):
    x.access_level = "read"

    sending, by_hand = await network().check(), await network(replies="by_hand").check()

    assert "may only read" in sending[0]
    assert by_hand == []


async def test_an_x_that_fails_is_a_fault_not_a_crash(x, network):
    x.chaos.append(Trouble(status=503))

    faults = await network().check()

    assert "cannot be read" in faults[0]


async def test_neither_keys_nor_anybodys_words_are_logged_even_at_debug(x, network, reply, caplog):
    x.says("My secret sorrow", author="ann_smith")
    structlog.configure(
        processors=[structlog.stdlib.add_log_level, structlog.stdlib.render_to_log_kwargs],
        logger_factory=structlog.stdlib.LoggerFactory(),
    )
    caplog.set_level(logging.DEBUG)
    for name in ("tweepy", "oauthlib", "aiohttp", "asyncio"):
        caplog.set_level(logging.DEBUG, logger=name)
    x.chaos.append(Trouble(status=403, body={"detail": "Not for @ann_smith"}, method="POST"))
    try:
        for account in (network(), network(user_token=x.user_token)):
            page = await account.fetch(None)
            await account.find_sent(reply(page.items[0].native_id))
            assert await account.check() == []
        assert "not allow" in str(await failure_of(network().publish(reply(page.items[0].native_id))))
        await network(access_token_secret="also-secret").check()
    finally:
        structlog.reset_defaults()

    logged = "\n".join(f"{record.getMessage()} {record.__dict__}" for record in caplog.records)
    assert "x_call_failed" in logged
    for secret in [*x.credentials.values(), x.user_token, "also-secret", "oauth_signature", "Bearer", "sorrow", "ann_smith"]:
        assert secret not in logged


async def failure_of(call):
    try:
        return await call
    except Exception as error:
        return error
