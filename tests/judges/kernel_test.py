"""jupyter_kernel_test with every one of its checks on, and the same kind of checks for stdin, comms and interrupts."""

import os
import tempfile
import unittest
from pathlib import Path

import jupyter_kernel_test
from ipykernel.compiler import murmur2_x86
from jupyter_client.manager import KernelManager
from jupyter_kernel_test.msgspec_v5 import validate_message


class EightfoldKernel(jupyter_kernel_test.KernelTests):
    kernel_name = os.environ.get("EIGHTFOLD_KERNEL_NAME", "eightfold")
    language_name = "typescript"
    file_extension = ".ts"
    code_hello_world = "console.log('hello, world')"
    code_stderr = "console.error('to stderr')"
    completion_samples = [
        {"text": "Math.hyp", "matches": {"hypot"}},
        {"text": "console.log", "matches": {"log"}},
        {"text": "cellSig", "matches": {"cellSignal"}},
    ]
    complete_code_samples = ["1", "const a = 1;", "function f(): void {\n}"]
    incomplete_code_samples = ["function f() {", "[1, 2,"]
    invalid_code_samples = ["const = 1", "1 1"]
    code_page_something = "display.page('paged')"
    code_generate_error = "throw new Error('on purpose')"
    code_execute_result = [
        {"code": "6 * 7", "result": "42"},
        {"code": "[{ a: 1 }, { a: 2 }]", "mime": "text/html"},
        {"code": "({ nested: { list: [1, 2] } })", "result": "{ nested: { list: [ 1, 2 ] } }"},
    ]
    code_display_data = [
        {"code": "display.svg('<svg/>')", "mime": "image/svg+xml"},
        {"code": "display({ [Symbol.for('Jupyter.display')]: () => ({ 'text/html': '<b>b</b>' }) })", "mime": "text/html"},
    ]
    code_history_pattern = "6 ? 7"
    supported_history_operations = ("tail", "range", "search")
    code_inspect_sample = "Math.max"
    code_clear_output = "display.clear()"

    @classmethod
    def setUpClass(cls) -> None:
        cls.scratch = tempfile.TemporaryDirectory()
        os.environ["EIGHTFOLD_HISTORY"] = str(Path(cls.scratch.name) / "history.jsonl")  # not the user's own
        super().setUpClass()

    @classmethod
    def tearDownClass(cls) -> None:
        super().tearDownClass()
        cls.scratch.cleanup()

    def test_every_check_is_on(self) -> None:
        samples = [name for name in dir(jupyter_kernel_test.KernelTests) if name.startswith(("code_", "complete_", "incomplete_", "invalid_", "completion_", "supported_"))]
        self.assertEqual([name for name in samples if not getattr(self, name)], [])

    def test_a_prompt_is_answered(self) -> None:
        self.flush_channels()
        asked = self.kc.execute("prompt('Who?')", allow_stdin=True)
        request = self.kc.get_stdin_msg(timeout=10)
        self.assertEqual(request["content"], {"prompt": "Who? ", "password": False})
        self.kc.input("Ada")
        reply = self.kc.get_shell_msg(timeout=10)
        self.assertEqual(reply["parent_header"]["msg_id"], asked)
        self.assertEqual(reply["content"]["status"], "ok")

    def test_a_comm_is_served_and_an_unknown_target_is_closed(self) -> None:
        self.execute_helper("comms.register('echo', (comm) => comm.onMessage(({ data }) => comm.send({ again: data })))")
        for target, expected in (("echo", "comm_msg"), ("nobody", "comm_close")):
            self.flush_channels()
            for kind, content in (("comm_open", {"target_name": target}), ("comm_msg", {})):
                message = self.kc.session.msg(kind, {"comm_id": target, "data": {"n": 1}, **content})
                self.kc.shell_channel.send(message)
            received = self.next_of(expected)
            self.assertEqual(received["content"]["comm_id"], target)
        self.flush_channels()
        asked = self.kc.comm_info()
        reply = self.get_non_kernel_info_reply(timeout=10)
        validate_message(reply, "comm_info_reply", asked)
        self.assertEqual(reply["content"]["comms"], {"echo": {"target_name": "echo"}})

    def next_of(self, kind: str) -> dict:
        while True:
            message = self.kc.get_iopub_msg(timeout=10)
            if message["msg_type"] == kind:
                return message

    def test_interrupt_ends_a_spinning_cell_and_keeps_the_session(self) -> None:
        self.flush_channels()
        self.execute_helper("const kept = 42")
        spinning = self.kc.execute("console.log('spins'); while (true) {}")
        self.next_of("stream")
        self.km.interrupt_kernel()
        reply = self.kc.get_shell_msg(timeout=10)
        self.assertEqual(reply["parent_header"]["msg_id"], spinning)
        self.assertEqual(reply["content"]["status"], "error")
        self.flush_channels()
        reply, outputs = self.execute_helper("kept")
        self.assertEqual(reply["content"]["status"], "ok")
        self.assertEqual(outputs[0]["content"]["data"]["text/plain"], "42")

    def test_the_debugger_halts_a_cell_where_ipykernel_would(self) -> None:
        self.flush_channels()
        code = "let n = 1\nn += 1\nn"
        sequence = iter(range(100))

        def debug(command: str, **arguments: object) -> dict:
            content = {"type": "request", "seq": next(sequence), "command": command, "arguments": arguments}
            request = self.kc.session.msg("debug_request", content)
            self.kc.control_channel.send(request)
            while True:
                reply = self.kc.get_control_msg(timeout=20)
                if reply["parent_header"]["msg_id"] == request["header"]["msg_id"]:
                    break
            self.assertEqual(reply["msg_type"], "debug_reply")
            self.assertTrue(reply["content"]["success"], reply["content"])
            return reply["content"]["body"]

        def event(name: str) -> dict:
            while True:
                content = self.next_of("debug_event")["content"]
                if content["event"] == name:
                    return content["body"]

        debug("initialize", clientID="test")
        debug("attach")
        event("initialized")
        info = debug("debugInfo")
        path = debug("dumpCell", code=code)["sourcePath"]
        expected = f"{info['tmpFilePrefix']}{murmur2_x86(code, info['hashSeed'])}{info['tmpFileSuffix']}"
        self.assertEqual(path, expected)
        debug("setBreakpoints", source={"path": path}, breakpoints=[{"line": 2}])
        debug("configurationDone")
        self.kc.execute(code)
        self.assertEqual(event("stopped")["reason"], "breakpoint")
        [frame] = debug("stackTrace", threadId=1)["stackFrames"]
        self.assertEqual((frame["source"]["path"], frame["line"]), (path, 2))
        [scope] = debug("scopes", frameId=frame["id"])["scopes"]
        variables = debug("variables", variablesReference=scope["variablesReference"])["variables"]
        self.assertIn(("n", "1"), [(variable["name"], variable["value"]) for variable in variables])
        debug("continue", threadId=1)
        reply = self.kc.get_shell_msg(timeout=20)
        self.assertEqual(reply["content"]["status"], "ok")
        debug("disconnect", restart=False)
        event("terminated")  # jupyter_kernel_test does not know debug_event, and would stumble over one that is left

    def test_a_second_client_of_the_same_identity_is_served(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            km = KernelManager(kernel_name=self.kernel_name, connection_file=str(Path(folder) / "connection.json"))
            km.start_kernel(env={**os.environ, "EIGHTFOLD_HISTORY": "off"})  # the other kernel's cells are its own
            clients = [km.client() for _ in range(3)]
            try:
                for client in clients:
                    client.start_channels()
                    client.wait_for_ready(timeout=10)
                    client.execute("1 + 1")
                    reply = client.get_shell_msg(timeout=10)
                    self.assertEqual(reply["content"]["status"], "ok")
            finally:
                for client in clients:
                    client.stop_channels()
                km.shutdown_kernel(now=True)


if __name__ == "__main__":
    unittest.main(verbosity=2)
