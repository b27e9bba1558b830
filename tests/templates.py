"""Chat templates of the kinds in use, small and written for the tests, and what each makes of a conversation."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from tiny import CHATML


@dataclass(frozen=True, kw_only=True)
class Kind:
    """A template: its source, and what must come of it.

    ``opens`` is what stands between the question and an answer, ``end`` the token that ends one, ``tail`` what stands
    before that. ``told`` is how the template is told not to think, ``behind`` what that writes behind a question.
    ``asked`` is what stands behind the question of a model that is to think, and ``closes`` what ends the thought.
    """

    source: str
    opens: str
    end: str
    tail: str = ""
    told: Mapping[str, object] = field(default_factory=dict)
    word: str = ""
    system_role: bool = True
    parts: bool = False
    asked: str | None = None
    closes: str = ""
    dated: bool = False


def dialogue(system: str, user: str, assistant: str, begun: str, *, first: str = "") -> str:
    """A template of turns; ``m`` is the message, ``text`` its content."""
    return (
        f"{first}{{% for m in messages %}}{{% set text = m.content %}}"
        f"{{% if m.role == 'system' %}}{system}{{% elif m.role == 'user' %}}{user}{{% else %}}{assistant}{{% endif %}}"
        f"{{% endfor %}}{{% if add_generation_prompt %}}{begun}{{% endif %}}"
    )


def chatml(assistant: str, begun: str, *, system: str = "{{ text }}", first: str = "") -> str:
    """A template with ChatML's turns; what is said in an assistant's, and what begins one."""
    return dialogue(
        f"<|im_start|>system\n{system}<|im_end|>\n",
        "<|im_start|>user\n{{ text }}<|im_end|>\n",
        f"<|im_start|>assistant\n{assistant}<|im_end|>\n",
        f"<|im_start|>assistant\n{begun}",
        first=first,
    )


def unless(flag: str, off: str, on: str = "") -> str:
    """What begins a turn where a flag is false, and elsewhere."""
    return f"{{% if {flag} is defined and {flag} is false %}}{off}{{% else %}}{on}{{% endif %}}"


NO_SYSTEM = "{% if messages[0].role == 'system' %}{{ raise_exception('no system turns') }}{% endif %}"
ALTERNATE = (
    "{% for m in messages %}{% if (m.role == 'user') != (loop.index0 % 2 == 0) %}"
    "{{ raise_exception('turns must alternate') }}{% endif %}{% endfor %}"
)
EMPTY = "<think>\n\n</think>\n\n"
THOUGHT = "<think>\n{{ m.reasoning_content | default('') }}\n</think>\n\n"
NEMOTRON = "<think>{{ '\n' + m.reasoning_content + '\n' if m.reasoning_content else '' }}</think>{{ text | trim }}"
IM, OPENED = "<|im_end|>\n<|im_start|>assistant\n", "<|im_end|>\n<|im_start|>assistant\n<think>\n"
OFF = {"enable_thinking": False}
WORDS = (
    "{% set ns = namespace(on=true) %}{% for m in messages %}{% if '/no_think' in m.content %}"
    "{% set ns.on = false %}{% endif %}{% endfor %}"
)
PART = "{% for part in text %}{% if part.type == 'text' %}{{ part.text }}{% endif %}{% endfor %}"
THINK_PARTS = (
    "{% if text is string %}{{ text }}{% else %}{% for part in text %}"
    "{{ '[THINK]' + part.thinking + '[/THINK]' if part.type == 'thinking' else part.text }}{% endfor %}{% endif %}"
)
CHANNEL = "<|start|>assistant<|channel|>"

KINDS: Mapping[str, Kind] = {
    "chatml": Kind(source=CHATML, opens=IM, end="<|im_end|>"),
    "chatml, a system prompt of its own": Kind(
        source="{% if messages[0].role != 'system' %}<|im_start|>system\nYou help.<|im_end|>\n{% endif %}" + CHATML,
        opens=IM, end="<|im_end|>",
    ),
    "qwen2.5, with tools": Kind(
        source="{% if tools %}<|im_start|>system\n{{ tools | tojson }}<|im_end|>\n{% else %}"
        "{% if messages[0]['role'] == 'system' %}{{ '<|im_start|>system\n' + messages[0]['content'] + '<|im_end|>\n' }}"
        "{% else %}{{ '<|im_start|>system\nYou help.<|im_end|>\n' }}{% endif %}{% endif %}{% for m in messages %}"
        "{% if m.role == 'user' or (m.role == 'system' and not loop.first) or (m.role == 'assistant' "
        "and not m.tool_calls) %}{{ '<|im_start|>' + m.role + '\n' + m.content + '<|im_end|>\n' }}"
        "{% endif %}{% endfor %}"
        "{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}",
        opens=IM, end="<|im_end|>",
    ),
    "chatml, marked for training": Kind(
        source=chatml("{% generation %}{{ text }}{% endgeneration %}", ""), opens=IM, end="<|im_end|>"
    ),
    "qwen3": Kind(
        source=chatml(THOUGHT + "{{ text }}", unless("enable_thinking", EMPTY)),
        opens=IM + EMPTY, end="<|im_end|>", told=OFF, asked=IM, closes="</think>",
    ),
    "qwen3.5, thinking": Kind(
        source=chatml(THOUGHT + "{{ text | trim }}", unless("enable_thinking", EMPTY, "<think>\n")),
        opens=IM + EMPTY, end="<|im_end|>", told=OFF, asked=OPENED, closes="</think>",
    ),
    "qwen3, thinking alone": Kind(
        source=chatml(THOUGHT + "{{ text }}", "<think>\n"),
        opens=IM + EMPTY, end="<|im_end|>", asked=OPENED, closes="</think>",
    ),
    "deepseek-v3.1": Kind(
        source=dialogue(
            "{{ text }}", "<|User|>{{ text }}", "<|Assistant|></think>{{ text }}<|eos|>",
            "<|Assistant|>{% if thinking %}<think>{% else %}</think>{% endif %}", first="{{ bos_token }}",
        ),
        opens="<|Assistant|></think>", end="<|eos|>", told={"thinking": False}, asked="<|Assistant|><think>",
        closes="</think>",
    ),
    "deepseek-v3, no flag": Kind(
        source=dialogue(
            "{{ text }}", "<|User|>{{ text }}", "<|Assistant|>{{ text }}<|eos|>", "<|Assistant|>",
            first="{{ bos_token }}",
        ),
        opens="<|Assistant|>", end="<|eos|>",
    ),
    "deepseek-r1": Kind(
        source=dialogue(
            "{{ text }}", "<|User|>{{ text }}", "<|Assistant|>{{ text.split('</think>')[-1] }}<|eos|>",
            "<|Assistant|><think>\n", first="{{ bos_token }}",
        ),
        opens="<|Assistant|>", end="<|eos|>", asked="<|Assistant|><think>\n", closes="</think>",
    ),
    "glm-4.5": Kind(
        source=dialogue(
            "<|system|>\n{{ text }}",
            "<|user|>\n{{ text }}{{ '/nothink' if enable_thinking is defined and not enable_thinking else '' }}",
            "<|assistant|>\n<think>{{ m.reasoning_content | default('') }}</think>\n{{ text | trim }}",
            "<|assistant|>" + unless("enable_thinking", "{{ '\n<think></think>' }}"), first="[gMASK]",
        ),
        opens="/nothink<|assistant|>\n<think></think>\n", end="<|user|>", told=OFF, asked="<|assistant|>",
        closes="</think>",
    ),
    "nemotron-3-nano": Kind(
        source=chatml(NEMOTRON, unless("enable_thinking", "<think></think>", "<think>\n")),
        opens=IM + "<think></think>", end="<|im_end|>", told=OFF, asked=OPENED, closes="</think>",
    ),
    "nemotron-3-super, with an effort": Kind(
        source=chatml(
            NEMOTRON, "{% if enable_thinking %}<think>\n{% else %}<think></think>{% endif %}",
            system="{{ text }}{{ '\nlow effort' if low_effort else '' }}",
            first="{% set enable_thinking = enable_thinking if enable_thinking is defined else true %}",
        ),
        opens=IM + "<think></think>", end="<|im_end|>", told=OFF, asked=OPENED, closes="</think>",
    ),
    "nemotron-3, no flag": Kind(
        source=chatml(NEMOTRON, "<think>\n"),
        opens=IM + "<think></think>", end="<|im_end|>", asked=OPENED, closes="</think>",
    ),
    "nemotron-nano-2, by a word": Kind(
        source=WORDS + dialogue(
            "<|sys|>\n{{ text.replace('/no_think', '') | trim }}\n", "<|user|>\n{{ text.replace('/no_think', '') }}\n",
            "<|assistant|>\n{{ '<think>\n' if ns.on else '<think></think>' }}{{ text | trim }}\n<|eos|>",
            "<|assistant|>\n{{ '<think>\n' if ns.on else '<think></think>' }}",
        ),
        opens="\n<|assistant|>\n<think></think>", end="<|eos|>", tail="\n", word="\n/no_think",
        asked="\n<|assistant|>\n<think>\n", closes="</think>",
    ),
    "gpt-oss": Kind(
        source=dialogue(
            "", "<|start|>user<|message|>{{ text }}<|end|>",
            "{% if m.thinking %}" + CHANNEL + "analysis<|message|>{{ m.thinking }}<|end|>{% endif %}"
            + CHANNEL + "final<|message|>{{ text }}{{ '<|return|>' if loop.last else '<|end|>' }}",
            "<|start|>assistant",
            first="<|start|>system<|message|>Today: {{ strftime_now('%Y-%m-%d') }}\n"
            "Reasoning: {{ reasoning_effort | default('medium') }}<|end|>"
            "{% if messages[0].role == 'system' %}<|start|>developer<|message|>{{ messages[0].content }}<|end|>"
            "{% endif %}",
        ),
        opens="<|end|>" + CHANNEL + "final<|message|>", end="<|return|>", asked="<|end|><|start|>assistant",
        closes="<|end|>" + CHANNEL + "final<|message|>", dated=True,
    ),
    "llama-3.2, with a date": Kind(
        source="{{ bos_token }}{% if not date_string is defined %}"
        "{% set date_string = strftime_now('%d %b %Y') if strftime_now is defined else '26 Jul 2024' %}{% endif %}"
        + dialogue(
            "<|head|>system<|neck|>\n\nToday: {{ date_string }}\n\n{{ text | trim }}<|eot|>",
            "<|head|>user<|neck|>\n\n{{ text | trim }}<|eot|>", "<|head|>assistant<|neck|>\n\n{{ text | trim }}<|eot|>",
            "<|head|>assistant<|neck|>\n\n",
        ),
        opens="<|eot|><|head|>assistant<|neck|>\n\n", end="<|eot|>", dated=True,
    ),
    "smollm3": Kind(
        source=chatml(
            "{{ '<think>\n\n</think>\n' if mode == '/no_think' else '' }}{{ text.lstrip('\n') }}",
            "{{ '<think>\n\n</think>\n' if mode == '/no_think' else '' }}",
            system="Today: {% set format = '%d %B %Y' %}{{ strftime_now(format) }}\nMode: {{ mode }}\n{{ text }}",
            first="{% set mode = '/no_think' if enable_thinking is defined and not enable_thinking else '/think' %}",
        ),
        opens=IM + "<think>\n\n</think>\n", end="<|im_end|>", told=OFF, asked=IM, closes="</think>", dated=True,
    ),
    "granite": Kind(
        source=dialogue(
            "<|role|>system<|/role|>{{ text }} It is {{ strftime_now('%B %d, %Y') }}."
            "{{ ' Think between <think> and </think> first.' if thinking else '' }}<|eos|>\n",
            "<|role|>user<|/role|>{{ text }}<|eos|>\n", "<|role|>assistant<|/role|>{{ text }}<|eos|>\n",
            "<|role|>assistant<|/role|>",
        ),
        opens="<|eos|>\n<|role|>assistant<|/role|>", end="<|eos|>", told={"thinking": False},
        asked="<|eos|>\n<|role|>assistant<|/role|>", closes="</think>", dated=True,
    ),
    "mistral": Kind(
        source=dialogue(
            NO_SYSTEM, "[INST] {{ text }} [/INST]", " {{ text | trim }} {{ eos_token }}", "",
            first="{{ bos_token }}" + ALTERNATE,
        ),
        opens=" [/INST]", end="<|eos|>", tail=" ", system_role=False,
    ),
    "mistral-nemo, the system turn at the last question": Kind(
        source=dialogue(
            "", "[INST]{{ messages[0].content + '\n\n' if loop.last and messages[0].role == 'system' else '' }}"
            "{{ text }}[/INST]",
            "{{ text }}{{ eos_token }}", "", first="{{ bos_token }}",
        ),
        opens="[/INST]", end="<|eos|>", system_role=False,
    ),
    "gemma": Kind(
        source=dialogue(
            NO_SYSTEM, "<|turn|>user\n{{ text | trim }}<|eot|>\n", "<|turn|>model\n{{ text | trim }}<|eot|>\n",
            "<|turn|>model\n", first="{{ bos_token }}" + ALTERNATE,
        ),
        opens="<|eot|>\n<|turn|>model\n", end="<|eot|>", system_role=False,
    ),
    "phi": Kind(
        source=dialogue(
            "<|system|>\n{{ text }}<|end|>\n", "<|user|>\n{{ text }}<|end|>\n", "<|assistant|>\n{{ text }}<|end|>\n",
            "<|assistant|>\n",
        ),
        opens="<|end|>\n<|assistant|>\n", end="<|end|>",
    ),
    "command-r": Kind(
        source=dialogue(
            "<|turn|><|sys|>{{ text | trim }}<|eot|>", "<|turn|><|User|>{{ text | trim }}<|eot|>",
            "<|turn|><|Assistant|>{{ text | trim }}<|eot|>", "<|turn|><|Assistant|>", first="{{ bos_token }}",
        ),
        opens="<|eot|><|turn|><|Assistant|>", end="<|eot|>",
    ),
    "command-a, with a response of its own": Kind(
        source=dialogue(
            "<|turn|><|sys|>{{ text }}<|eot|>", "<|turn|><|User|>{{ text }}<|eot|>",
            "<|turn|><|Assistant|><|say|>{{ text }}<|said|><|eot|>", "<|turn|><|Assistant|>", first="{{ bos_token }}",
        ),
        opens="<|eot|><|turn|><|Assistant|><|say|>", end="<|said|>",
    ),
    "zephyr": Kind(
        source="{% for m in messages %}{{ '<|' + m.role + '|>\n' + m.content + eos_token + '\n' }}{% endfor %}"
        "{% if add_generation_prompt %}{{ '<|assistant|>\n' }}{% endif %}",
        opens="<|eos|>\n<|assistant|>\n", end="<|eos|>",
    ),
    "vision, contents in parts": Kind(
        source=dialogue(
            f"System: {PART}<|end|>\n", f"User: {PART}<|end|>\n", f"Assistant: {PART}<|end|>\n", "Assistant:",
            first="<|im_start|>",
        ),
        opens="<|end|>\nAssistant:", end="<|end|>", parts=True,
    ),
    "magistral, thoughts in parts": Kind(
        source=dialogue(
            "[SYS]{{ text }}[/SYS]", "[INST]{{ text }}[/INST]", THINK_PARTS + "{{ eos_token }}", "",
            first="{{ bos_token }}",
        ),
        opens="[/INST]", end="<|eos|>", asked="[/INST]", closes="[/THINK]",
    ),
    "hunyuan, answers between marks": Kind(
        source=dialogue(
            "{{ text }}<|sys|>", "<|User|>{{ text }}",
            "<|Assistant|>{{ '<think>\n' + m.reasoning_content + '\n</think>\n' if m.reasoning_content else '' }}"
            "<answer>\n{{ text }}\n</answer><|eos|>",
            "<|Assistant|>" + unless("enable_thinking", "{{ '<think>\n\n</think>\n' }}"), first="{{ bos_token }}",
        ),
        opens="<|Assistant|><answer>\n", end="<|eos|>", tail="\n</answer>", told=OFF, asked="<|Assistant|>",
        closes="</think>\n<answer>",
    ),
    "seed-oss, by a budget": Kind(
        source=dialogue(
            "<|bos|>system\n{{ text }}{{ '\nAnswer in one step.' if thinking_budget == 0 else '' }}<|eos|>",
            "<|bos|>user\n{{ text }}<|eos|>",
            "<|bos|>assistant\n{% if m.reasoning_content %}<seed:think>{{ m.reasoning_content }}</seed:think>"
            "{% endif %}{{ text | trim }}<|eos|>",
            "<|bos|>assistant\n{{ '<seed:think>No budget.</seed:think>' if thinking_budget == 0 else '' }}",
            first="{% if not thinking_budget is defined %}{% set thinking_budget = -1 %}{% endif %}",
        ),
        opens="<|eos|><|bos|>assistant\n", end="<|eos|>", told={"thinking_budget": 0},
        asked="<|eos|><|bos|>assistant\n", closes="</seed:think>",
    ),
    "by an effort of none": Kind(
        source=chatml(
            "{{ text }}", "{% if effort_is_none %}{% else %}<think>\n{% endif %}",
            first="{% set effort_is_none = reasoning_effort is defined and reasoning_effort in ['none', 'low'] "
            "and reasoning_effort == 'none' %}",
        ),
        opens=IM, end="<|im_end|>", told={"reasoning_effort": "none"}, asked=OPENED, closes="</think>",
    ),
}  # fmt: skip
# Tokens of their own in the vocabulary of the tests: special ones, and marks of thoughts, which are text.
SPECIAL = [
    "<|im_start|>", "<|im_end|>", "<|User|>", "<|Assistant|>", "<|eos|>", "<|bos|>", "<|sys|>", "<|system|>",
    "<|user|>", "<|assistant|>", "[gMASK]", "<|start|>", "<|end|>", "<|return|>", "<|channel|>", "<|message|>",
    "<|head|>", "<|neck|>", "<|eot|>", "<|role|>", "<|/role|>", "[INST]", "[/INST]", "[SYS]", "[/SYS]", "<|turn|>",
    "<|say|>", "<|said|>",
]  # fmt: skip
MARKS = ["<think>", "</think>", "[THINK]", "[/THINK]", "<seed:think>", "</seed:think>"]
